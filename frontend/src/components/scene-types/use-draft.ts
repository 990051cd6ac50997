import { useEffect, useRef, useState } from "react";
import type { SceneType } from "@/api/types";
import { type Draft, draftOf, isSame } from "./draft";

const stored = (id: number) => `screentest.scene-type.${id}`;

interface Kept {
  draft: Draft;
  /** What it was begun from: whether somebody else saved it since can be told. */
  savedAt: string;
}

/** What is typed, kept in this browser until it is saved or given up. */
export function useDraft(saved: SceneType) {
  const [kept] = useState(() => read(saved.id));
  const [draft, setDraft] = useState<Draft>(() => kept?.draft ?? draftOf(saved));
  const [base, setBase] = useState(kept?.savedAt ?? saved.updated_at);
  const isDirty = !isSame(draft, draftOf(saved));
  useEffect(() => {
    if (isDirty) localStorage.setItem(stored(saved.id), JSON.stringify({ draft, savedAt: base }));
    else localStorage.removeItem(stored(saved.id));
  }, [draft, isDirty, saved.id, base]);
  const seen = useRef(saved);
  useEffect(() => {
    if (seen.current.updated_at === saved.updated_at) return;
    const before = draftOf(seen.current);
    seen.current = saved;
    // Saved elsewhere while nothing was changed here: there is nothing to keep.
    setDraft((now) => (isSame(now, before) ? draftOf(saved) : now));
  }, [saved]);
  const reset = (to: SceneType) => {
    setDraft(draftOf(to));
    setBase(to.updated_at);
  };
  return {
    draft,
    isDirty,
    /** Unsaved changes were there when the page was opened. */
    wasKept: kept !== undefined && isDirty,
    /** Somebody saved it while it was edited here. */
    isOvertaken: isDirty && base !== saved.updated_at,
    change: (what: Partial<Draft>) => setDraft((before) => ({ ...before, ...what })),
    reset,
  };
}

function read(id: number): Kept | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(stored(id)) ?? "null") as Kept | null;
    return kept?.draft.slot_values && kept.draft.qa ? kept : undefined;
  } catch {
    return undefined; // Another version of the app wrote it.
  }
}
