import type { ReactNode } from "react";
import style from "./Pill.module.css";

export type Tone = "plain" | "busy" | "pass" | "warn" | "fail";

/** A state in a word. The word says it; the colour only helps. */
export function Pill({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={style.pill} data-tone={tone}>
      {children}
    </span>
  );
}
