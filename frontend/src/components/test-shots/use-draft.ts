import { useEffect, useReducer } from "react";
import { save, stored } from "@/ui/use-stored";
import { type Action, change, type Draft, emptyDraft, filled, isDraft } from "./configurations";

/** Configurations of one scene type, as this browser remembers them. */
export function useDraft(sceneTypeId: number, first?: Action): [Draft, (action: Action) => void] {
  const name = `test-shot-draft.${sceneTypeId}`;
  const [draft, act] = useReducer(change, undefined, () => {
    const remembered = filled(stored(name, isDraft) ?? emptyDraft());
    return first ? change(remembered, first) : remembered;
  });
  useEffect(() => save(name, draft), [name, draft]);
  return [draft, act];
}
