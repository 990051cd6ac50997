import { type ReactNode, useId } from "react";
import style from "./Panel.module.css";

interface PanelProps {
  title: string;
  /** One sentence under the title. */
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of a page with a title of its own. */
export function Panel({ title, about, actions, children }: PanelProps) {
  const id = useId();
  return (
    <section className={style.panel} aria-labelledby={id}>
      <header>
        <div>
          <h2 id={id}>{title}</h2>
          {about && <p>{about}</p>}
        </div>
        {actions && <div className={style.actions}>{actions}</div>}
      </header>
      {children}
    </section>
  );
}
