/**
 * Keys. A page says which it knows while it is shown; `?` lists them all.
 *
 * Keys are quiet while somebody types, and inside dialogs that do not ask for them.
 */

import { useEffect, useRef, useSyncExternalStore } from "react";
import { Dialog } from "@/ui/Dialog";
import style from "./shortcuts.module.css";

export interface Shortcut {
  /** As `KeyboardEvent.key` has it; several that do the same: `["ArrowRight", "l"]`. */
  keys: string | string[];
  does: string;
  run: (event: KeyboardEvent) => void;
}

interface Group {
  title: string;
  shortcuts: Shortcut[];
}

let groups: Group[] = [];
const told = new Set<() => void>();

function set(next: Group[]): void {
  groups = next;
  for (const tell of told) tell();
}

export function useShortcuts(title: string, shortcuts: Shortcut[], active = true): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    if (!active) return;
    const group: Group = { title, shortcuts: latest.current };
    set([...groups, group]);
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
      if (isTyping(event.target) || isOwn(event)) return;
      const found = latest.current.find(({ keys }) => [keys].flat().includes(event.key));
      if (!found) return;
      event.preventDefault();
      found.run(event);
    };
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("keydown", onKey);
      set(groups.filter((one) => one !== group));
    };
  }, [title, active]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(textarea|select)$/i.test(target.tagName) ||
      (target instanceof HTMLInputElement && !/^(checkbox|radio|range|button)$/.test(target.type)))
  );
}

/** A dialog's keys are its own; Enter and Space press what the keyboard has the focus on. */
function isOwn({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[role=dialog]:not([data-page-keys])")) return true;
  if (!target.matches(":focus-visible")) return false;
  if (key === "Enter") return target.closest("a, button, summary, label, input") !== null;
  return key === " " && target.closest("button, summary, label, input, video") !== null;
}

const NAMES: Record<string, string> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  " ": "Space",
  Escape: "Esc",
};

export function ShortcutHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const shown = useSyncExternalStore(
    (tell) => {
      told.add(tell);
      return () => told.delete(tell);
    },
    () => groups,
  );
  return (
    <Dialog open={open} onClose={onClose} title="Keyboard">
      {shown.map(({ title, shortcuts }) => (
        <section key={title} className={style.group}>
          <h3>{title}</h3>
          <dl>
            {shortcuts.map(({ keys, does }) => (
              <div key={does}>
                <dt>
                  {[keys].flat().map((key) => (
                    <kbd key={key}>{NAMES[key] ?? key}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
