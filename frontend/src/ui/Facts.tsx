import type { ReactNode } from "react";
import style from "./Facts.module.css";

export type Fact = [name: string, value: ReactNode] | false | "" | 0 | null | undefined;

/** Names and values in a row; those that are no fact are left out. */
export function Facts({ facts, list }: { facts: Fact[]; list?: boolean }) {
  return (
    <dl className={list ? style.list : style.row}>
      {facts
        .filter((fact) => !!fact)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
