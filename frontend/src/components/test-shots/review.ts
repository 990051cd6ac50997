/** Saying what one thinks of a test shot: shown at once, taken back if the server refuses. */

import { useMutation } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import type { components } from "@/api/schema";
import { putShot } from "@/api/shot-cache";
import type { Review, Shot } from "@/api/types";
import { useUser } from "@/session/session";
import { sayError } from "@/ui/toast";

export type ReviewChanges = components["schemas"]["ReviewChanges"];

export interface Reviewed {
  shot: Shot;
  changes: ReviewChanges;
}

export function useReview() {
  const user = useUser();
  return useMutation({
    mutationFn: ({ shot, changes }: Reviewed) =>
      read(
        api.PATCH("/api/test-shots/{shot_id}", {
          params: { path: { shot_id: shot.id } },
          body: changes,
        }),
      ),
    onMutate: ({ shot, changes }) => putShot({ ...shot, review: reviewed(shot, changes, user) }),
    onSuccess: putShot,
    onError: (error, { shot }) => {
      putShot(shot);
      sayError(error);
    },
  });
}

/** A second press of the same mark takes it back. */
export function toggled(shot: Shot, changes: ReviewChanges): ReviewChanges {
  const { rating, decision } = changes;
  if (decision && shot.review?.decision === decision) return { ...changes, decision: null };
  if (rating && shot.review?.rating === rating) return { ...changes, rating: null };
  return changes;
}

function reviewed(shot: Shot, changes: ReviewChanges, by: { id: number; name: string }): Review {
  const before = shot.review ?? { decision: null, rating: null, tags: [], note: "" };
  return {
    ...before,
    ...changes,
    by_id: by.id,
    by_name: by.name,
    at: new Date().toISOString(),
  } as Review;
}
