import { useMutation } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { putShot } from "@/api/shot-cache";
import type { Decision } from "@/api/types";
import { sayError } from "@/ui/toast";

/** Say what one thinks of a test shot. */
export function useReview(id: number) {
  return useMutation({
    mutationFn: (body: { decision?: Decision | null; rating?: number | null }) =>
      read(api.PATCH("/api/test-shots/{shot_id}", { params: { path: { shot_id: id } }, body })),
    onSuccess: putShot,
    onError: sayError,
  });
}
