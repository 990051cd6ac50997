import { useCallback, useRef, useState } from "react";

export interface Selection {
  ids: ReadonlySet<number>;
  /** Select it, or no longer; with `range` all between it and the one before, too. */
  toggle: (id: number, range?: boolean) => void;
  clear: () => void;
  drop: (ids: readonly number[]) => void;
}

/** Which of a list are selected, in the order they were. `order` is the list as it is shown. */
export function useSelection(order: readonly number[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<number>>(new Set());
  const anchor = useRef<number>(undefined);
  const shown = useRef(order);
  shown.current = order;
  const toggle = useCallback((id: number, range = false) => {
    const from = anchor.current;
    anchor.current = id;
    setIds((before) => toggled(before, id, range ? between(shown.current, from, id) : []));
  }, []);
  const clear = useCallback(() => setIds(new Set()), []);
  const drop = useCallback((gone: readonly number[]) => {
    setIds((before) => new Set([...before].filter((id) => !gone.includes(id))));
  }, []);
  return { ids, toggle, clear, drop };
}

export function toggled(
  before: ReadonlySet<number>,
  id: number,
  also: readonly number[],
): Set<number> {
  const after = new Set(before);
  for (const one of also) after.add(one);
  if (also.length === 0 && !after.delete(id)) after.add(id);
  return after;
}

/** All from one to the other, whichever stands first; none if one of them is not shown. */
export function between(order: readonly number[], a: number | undefined, b: number): number[] {
  const ends = [a === undefined ? -1 : order.indexOf(a), order.indexOf(b)].sort((x, y) => x - y);
  const [from = -1, to = -1] = ends;
  return from < 0 ? [] : order.slice(from, to + 1);
}
