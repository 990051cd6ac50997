/** What a person can do with scene types. */

import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { queryClient } from "@/api/query-client";
import type { SceneType, SceneTypeChanges } from "@/api/types";

const path = (scene_type_id: number) => ({ params: { path: { scene_type_id } } });

function put(saved: SceneType): SceneType {
  queryClient.setQueryData(keys.sceneType(saved.id), saved);
  void queryClient.invalidateQueries({ queryKey: keys.sceneTypes });
  return saved;
}

export async function createSceneType(name: string, workflowId: number, like?: SceneType) {
  const { id, created_by_id, created_at, updated_at, ...rest } = like ?? ({} as SceneType);
  const body = { ...rest, name, workflow_id: workflowId };
  return put(await read(api.POST("/api/scene-types", { body: body as never })));
}

export async function saveSceneType(id: number, changes: SceneTypeChanges) {
  return put(
    await read(api.PATCH("/api/scene-types/{scene_type_id}", { ...path(id), body: changes })),
  );
}

export async function removeSceneType(id: number) {
  await read(api.DELETE("/api/scene-types/{scene_type_id}", path(id)));
  queryClient.removeQueries({ queryKey: keys.sceneType(id) });
  void queryClient.invalidateQueries({ queryKey: keys.sceneTypes });
}

export async function acceptLimits(
  id: number,
  limits: Record<string, { warn: number; fail: number }>,
) {
  return put(
    await read(
      api.POST("/api/scene-types/{scene_type_id}/qa-calibration", {
        ...path(id),
        body: { limits },
      }),
    ),
  );
}

/** Judge everything of the scene type again; returns how much that is. */
export async function judgeAgain(id: number): Promise<number> {
  const { requested } = await read(
    api.POST("/api/scene-types/{scene_type_id}/rescore", { ...path(id), body: null }),
  );
  return requested;
}
