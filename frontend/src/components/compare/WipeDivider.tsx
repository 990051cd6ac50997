import type { KeyboardEvent, PointerEvent } from "react";
import style from "./WipeDivider.module.css";

const STEP = 0.01;
const PAGE = 0.1;
const BY_KEY: Record<string, (edge: number) => number> = {
  ArrowLeft: (edge) => edge - STEP,
  ArrowDown: (edge) => edge - STEP,
  ArrowRight: (edge) => edge + STEP,
  ArrowUp: (edge) => edge + STEP,
  PageDown: (edge) => edge - PAGE,
  PageUp: (edge) => edge + PAGE,
  Home: () => 0,
  End: () => 1,
};

/** The line between the two clips of a wipe: dragged, or moved by keys while it has the focus. */
export function WipeDivider({ edge, onMove }: { edge: number; onMove: (edge: number) => void }) {
  const move = (to: number) => onMove(Math.max(0, Math.min(1, to)));
  const onKeyDown = (event: KeyboardEvent) => {
    const moved = BY_KEY[event.key];
    if (!moved) return;
    event.preventDefault();
    move(moved(edge));
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const { left, width } = event.currentTarget.parentElement!.getBoundingClientRect();
    move((event.clientX - left) / width);
  };
  return (
    <div
      className={style.divider}
      style={{ left: `${edge * 100}%` }}
      role="slider"
      tabIndex={0}
      aria-label="Divider between the two clips"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(edge * 100)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={onPointerMove}
    />
  );
}
