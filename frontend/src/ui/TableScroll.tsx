import type { ReactNode } from "react";
import list from "./catalogue.module.css";

/** Around a table that may be wider than its place: it scrolls, by keyboard too. */
export function TableScroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section className={list.scroll} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
