import type { ReactNode } from "react";
import style from "./Cards.module.css";

export function Cards({ children }: { children: ReactNode }) {
  return <ul className={style.cards}>{children}</ul>;
}

interface CardProps {
  picture?: ReactNode;
  /** A link that stands directly in it is its name, and all of the card follows it. */
  children: ReactNode;
}

/** One thing of a list, and what is known of it in a line or two. */
export function Card({ picture, children }: CardProps) {
  return (
    <li className={style.card}>
      {picture}
      <div className={style.body}>{children}</div>
    </li>
  );
}
