import { Columns2, X } from "lucide-react";
import type { ReactNode } from "react";
import { MOST_CLIPS } from "@/components/compare/compare-search";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import style from "./SelectionBar.module.css";
import type { Selection } from "./use-selection";

interface SelectionBarProps {
  selection: Selection;
  onCompare: () => void;
  children?: ReactNode;
}

/** What can be done with the test shots that are selected: compare them, and what else is given. */
export function SelectionBar({ selection, onCompare, children }: SelectionBarProps) {
  const count = selection.ids.size;
  if (count === 0) return null;
  return (
    <section className={style.bar} aria-label="Selected test shots">
      <strong className="number">{count} selected</strong>
      <Button look="primary" disabled={count < 2 || count > MOST_CLIPS} onClick={onCompare}>
        <Columns2 aria-hidden />
        Compare
      </Button>
      {children}
      <IconButton icon={X} label="Select nothing" onClick={selection.clear} />
    </section>
  );
}
