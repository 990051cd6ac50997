/** What a page shows while it has nothing to show. */

import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { sentence } from "@/api/problem";
import { Button } from "./Button";
import style from "./States.module.css";

export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={style.state}>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div className={style.state} role="alert">
      <TriangleAlert className={style.icon} aria-hidden />
      <h2>This could not be loaded</h2>
      <p>{sentence(error)}</p>
      {retry && <Button onClick={retry}>Try again</Button>}
    </div>
  );
}

/** Grey shapes where cards will be. */
export function Loading({ cards = 8, label = "Loading" }: { cards?: number; label?: string }) {
  return (
    <div className={style.skeletons} role="status" aria-label={label}>
      {Array.from({ length: cards }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <div key={index} className={style.skeleton} />
      ))}
    </div>
  );
}
