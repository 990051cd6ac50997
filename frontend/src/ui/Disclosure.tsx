import type { ReactNode } from "react";
import style from "./Disclosure.module.css";

interface DisclosureProps {
  title: string;
  /** What the hidden part says, while it is closed too. */
  said?: string;
  children: ReactNode;
}

/** A part of a form that is seldom needed: closed at first, and seen when it is opened. */
export function Disclosure({ title, said, children }: DisclosureProps) {
  return (
    <details
      className={style.disclosure}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open) currentTarget.scrollIntoView({ block: "nearest" });
      }}
    >
      <summary>
        {title}
        {said && <span>{said}</span>}
      </summary>
      <div className={style.content}>{children}</div>
    </details>
  );
}
