import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { queryClient } from "@/api/query-client";
import { say } from "@/ui/toast";
import { abBody, batchBody, type Plan, shotBody, type Way } from "./requests";

export interface Asked {
  way: Way;
  /** Have it wait where no live worker can render it. */
  waits?: boolean;
  name?: string;
}

/** Ask for it; what was asked for can be followed, and the panel closes. */
export function useSubmit(plan: Plan, onDone: () => void) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ way, waits = false, name }: Asked) => {
      const wait = { wait_for_worker: waits };
      if (way === "batch") {
        const body = { ...batchBody(plan, name), ...wait };
        const batch = await read(api.POST("/api/test-shots/batch", { body }));
        if ("id" in batch) {
          await navigate({ to: "/batches/$batchId", params: { batchId: String(batch.id) } });
        }
      } else if (way === "ab") {
        const body = { ...abBody(plan), ...wait };
        const { a, b } = await read(api.POST("/api/test-shots/ab", { body }));
        const shots = [a, b].flatMap((shot) => (shot ? [shot.id] : []));
        say(
          <>
            Both are asked for.{" "}
            <Link to="/compare" search={{ shots }}>
              Compare them
            </Link>
          </>,
        );
      } else {
        const shot = await askForOne(plan, wait);
        say(
          <>
            {shot.reused
              ? "The same was rendered before: it is there at once."
              : "It is asked for."}{" "}
            <Link to="/shots/$shotId" params={{ shotId: String(shot.id) }}>
              Test shot {shot.id}
            </Link>
          </>,
        );
      }
      void queryClient.invalidateQueries({ queryKey: keys.shots });
    },
    onSuccess: onDone,
  });
}

function askForOne(plan: Plan, wait: { wait_for_worker: boolean }) {
  const body = { ...shotBody(plan), ...wait };
  if (plan.sceneId) {
    const path = { scene_id: plan.sceneId };
    return read(api.POST("/api/scenes/{scene_id}/test-shot", { params: { path }, body }));
  }
  return read(
    api.POST("/api/scene-types/{scene_type_id}/test-shot", {
      params: { path: { scene_type_id: plan.sceneTypeId } },
      body: { ...body, character_id: plan.characterIds[0]! },
    }),
  );
}
