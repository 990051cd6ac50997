import type { ReactNode } from "react";
import style from "./Facts.module.css";

/** Names and values, in a row or as a list. */
export function Facts({ list, children }: { list?: boolean; children: ReactNode }) {
  return <dl className={list ? style.list : style.row}>{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
