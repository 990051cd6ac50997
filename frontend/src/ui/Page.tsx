import { type ReactNode, useEffect } from "react";
import style from "./Page.module.css";

interface PageProps {
  title: string;
  /** What stands above the title: where one came from. */
  above?: ReactNode;
  /** Beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page: its title, what can be done here, and what it shows. */
export function Page({ title, above, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Screentest`;
  }, [title]);
  return (
    <div className={style.page}>
      <header className={style.header}>
        <div>
          {above && <p className={style.above}>{above}</p>}
          <h1>{title}</h1>
        </div>
        {actions && <div className={style.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
