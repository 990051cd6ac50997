/** One line at the bottom that says what happened; errors stay until they are closed. */

import { X } from "lucide-react";
import { type ReactNode, useSyncExternalStore } from "react";
import { sentence } from "@/api/problem";
import { IconButton } from "./IconButton";
import style from "./toast.module.css";

interface Toast {
  id: number;
  kind: "done" | "error";
  text: ReactNode;
}

const SHOWN_MS = 5000;
/** One with something to follow: it takes longer to read, and to get there by keyboard. */
const OFFERED_MS = 20_000;

let toasts: Toast[] = [];
let last = 0;
const told = new Set<() => void>();

function set(next: Toast[]): void {
  toasts = next;
  for (const tell of told) tell();
}

function close(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

export function say(text: ReactNode): void {
  const id = ++last;
  set([...toasts.slice(-2), { id, kind: "done", text }]);
  setTimeout(() => close(id), typeof text === "string" ? SHOWN_MS : OFFERED_MS);
}

export function sayError(error: unknown): void {
  set([...toasts.slice(-2), { id: ++last, kind: "error", text: sentence(error) }]);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (tell) => {
      told.add(tell);
      return () => told.delete(tell);
    },
    () => toasts,
  );
  return (
    <section className={style.toasts} aria-live="polite" aria-label="Messages">
      {shown.map(({ id, kind, text }) => (
        <div
          key={id}
          className={style.toast}
          data-kind={kind}
          role={kind === "error" ? "alert" : "status"}
        >
          <span>{text}</span>
          <IconButton icon={X} size="s" label="Close message" onClick={() => close(id)} />
        </div>
      ))}
    </section>
  );
}
