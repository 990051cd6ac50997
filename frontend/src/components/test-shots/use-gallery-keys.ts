/** The gallery by keyboard: a focus that moves over the cards, and what is done to the one it is on. */

import { useNavigate } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import type { Shot } from "@/api/types";
import { useShortcuts } from "@/app/shortcuts";
import { useMay } from "@/session/session";
import { type Step, step } from "./gallery-grid";
import { type ReviewChanges, toggled, useReview } from "./review";
import type { Selection } from "./use-selection";

interface GalleryKeys {
  shots: readonly Shot[];
  columns: number;
  selection: Selection;
  /** Bring a card into view. */
  show: (index: number) => void;
  onPlay: (id: number) => void;
  onCompare: () => void;
}

export interface Focus {
  id: number | undefined;
  /** How often the keyboard moved it. */
  moves: number;
}

export function useGalleryKeys(gallery: GalleryKeys) {
  const { shots, columns, selection, show, onPlay, onCompare } = gallery;
  const [focus, setFocus] = useState<Focus>({ id: undefined, moves: 0 });
  const navigate = useNavigate();
  const review = useReview();
  const mayReview = useMay("creator");
  const index = shots.findIndex(({ id }) => id === focus.id);
  const focused = shots[index];

  const move = (how: Step) => {
    const to = step(index < 0 ? undefined : index, how, shots.length, columns);
    const target = shots[to];
    if (!target) return;
    show(to);
    setFocus(({ moves }) => ({ id: target.id, moves: moves + 1 }));
  };
  const say = (changes: ReviewChanges) => {
    if (focused && mayReview) review.mutate({ shot: focused, changes: toggled(focused, changes) });
  };
  const arrow = (key: string, how: Step, does: string) => ({
    keys: key,
    does,
    run: () => move(how),
  });
  useShortcuts("Test shots", [
    arrow("ArrowRight", "right", "Next test shot"),
    arrow("ArrowLeft", "left", "Test shot before"),
    arrow("ArrowDown", "down", "Row below"),
    arrow("ArrowUp", "up", "Row above"),
    arrow("Home", "first", "First test shot"),
    arrow("End", "last", "Last of those loaded"),
    {
      keys: "Enter",
      does: "Open it",
      run: () =>
        focused && void navigate({ to: "/shots/$shotId", params: { shotId: `${focused.id}` } }),
    },
    { keys: " ", does: "Play it, or stop", run: () => focused && onPlay(focused.id) },
    { keys: "x", does: "Select it", run: () => focused && selection.toggle(focused.id) },
    { keys: "Escape", does: "Select nothing", run: selection.clear },
    { keys: "c", does: "Compare those selected", run: onCompare },
    ...(mayReview ? reviewKeys(say) : []),
  ]);
  const onFocus = useCallback(
    (id: number) => setFocus((before) => (before.id === id ? before : { ...before, id })),
    [],
  );
  return { focus, onFocus };
}

/** Keys that say what one thinks of a test shot. */
export function reviewKeys(say: (changes: ReviewChanges) => void) {
  return [
    {
      keys: ["1", "2", "3", "4", "5"],
      does: "Rate it",
      run: (event: KeyboardEvent) => say({ rating: Number(event.key) }),
    },
    { keys: "0", does: "Take the rating back", run: () => say({ rating: null }) },
    { keys: "a", does: "Approve it", run: () => say({ decision: "approved" }) },
    { keys: "r", does: "Reject it", run: () => say({ decision: "rejected" }) },
  ];
}
