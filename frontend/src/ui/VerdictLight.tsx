import type { Verdict } from "@/api/types";
import style from "./VerdictLight.module.css";

const WORDS: Record<Verdict, string> = {
  pass: "Passes",
  warn: "Has a warning",
  fail: "Fails",
  not_measured: "Not measured",
};

/** QA as a traffic light: shape and word as well as colour, and the score in hundredths. */
export function VerdictLight({ verdict, score }: { verdict: Verdict; score?: number | null }) {
  return (
    <span className={style.light} data-verdict={verdict} title={WORDS[verdict]}>
      <span className={style.dot} aria-hidden />
      <span className="visually-hidden">{WORDS[verdict]}</span>
      {score != null && <span className="number">{Math.round(score * 100)}</span>}
    </span>
  );
}
