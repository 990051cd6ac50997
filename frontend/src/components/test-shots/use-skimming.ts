/** Whether one scrolls faster than one can read: cards that come in then are drawn without words. */

import type { Virtualizer } from "@tanstack/react-virtual";
import { startTransition, useCallback, useLayoutEffect, useRef, useState } from "react";

/** In pixels a second: at this speed a card passes a screen in a quarter of a second. */
const READABLE = 4000;

export interface Place {
  offset: number;
  /** In milliseconds. */
  at: number;
}

export function isSkimming(before: Place, now: Place): boolean {
  return Math.abs(now.offset - before.offset) > (READABLE * (now.at - before.at)) / 1000;
}

/** `onScroll` is to be told of every change of a list. */
export function useSkimming() {
  const [skims, setSkims] = useState(false);
  const last = useRef({ offset: 0, at: 0, skims: false });
  const onScroll = useCallback((list: Virtualizer<Window, Element>) => {
    const now = { offset: list.scrollOffset ?? 0, at: performance.now() };
    const before = last.current;
    const skims = list.isScrolling && isSkimming(before, now);
    last.current = { ...now, skims };
    if (skims === before.skims) return;
    // The words come in slices, so that scrolling on meanwhile does not wait for them.
    if (skims) setSkims(true);
    else startTransition(() => setSkims(false));
  }, []);
  return { skims, onScroll };
}

/** Which of the rows that are shown have their words: all but those that came while one skims. */
export function useWorded(rows: readonly number[], skims: boolean): ReadonlySet<number> {
  const before = useRef<ReadonlySet<number>>(new Set());
  const worded = new Set(rows.filter((row) => !skims || before.current.has(row)));
  useLayoutEffect(() => {
    before.current = worded;
  });
  return worded;
}
