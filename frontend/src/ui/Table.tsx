import type { ReactNode } from "react";
import style from "./Table.module.css";

interface TableProps {
  label: string;
  /** What stands above the columns. */
  head: readonly ReactNode[];
  /** It stands by itself, and not in a panel. */
  framed?: boolean;
  className?: string;
  /** The bodies of the table. */
  children: ReactNode;
}

/** A table that may be wider than its place: then it scrolls, by keyboard too. */
export function Table({ label, head, framed, className = "", children }: TableProps) {
  return (
    <section
      className={framed ? `${style.scroll} ${style.framed}` : style.scroll}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
      tabIndex={0}
    >
      <table className={`${style.table} ${className}`}>
        <thead>
          <tr>
            {head.map((name, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is a position
              <th key={column} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        {children}
      </table>
    </section>
  );
}
