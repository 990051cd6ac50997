/** What is asked of the api about presets. */

import { queryOptions } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { everything } from "@/api/pages";
import { queryClient } from "@/api/query-client";
import type { components } from "@/api/schema";
import type { Overrides } from "./shot-request";

type Changes = components["schemas"]["PresetChanges"];

const LONG_PAGE = 200;

const path = (scene_type_id: number) => ({ path: { scene_type_id } });
const one = (scene_type_id: number, preset_id: number) => ({
  params: { path: { scene_type_id, preset_id } },
});

export const presetsQuery = (sceneTypeId: number) =>
  queryOptions({
    queryKey: keys.presets(sceneTypeId),
    queryFn: () =>
      everything((cursor) =>
        read(
          api.GET("/api/scene-types/{scene_type_id}/presets", {
            params: { ...path(sceneTypeId), query: { limit: LONG_PAGE, cursor } },
          }),
        ),
      ),
  });

export type PresetActions = ReturnType<typeof presetActions>;

export function presetActions(sceneTypeId: number) {
  const after = async <T>(done: Promise<T>): Promise<T> => {
    const answer = await done;
    await queryClient.invalidateQueries({ queryKey: keys.presets(sceneTypeId) });
    return answer;
  };
  const change = (id: number, changes: Partial<Changes>) =>
    after(
      read(
        api.PATCH("/api/scene-types/{scene_type_id}/presets/{preset_id}", {
          ...one(sceneTypeId, id),
          body: changes as Changes,
        }),
      ),
    );
  return {
    keep: (name: string, overrides: Overrides) =>
      after(
        read(
          api.POST("/api/scene-types/{scene_type_id}/presets", {
            params: path(sceneTypeId),
            body: { name, overrides },
          }),
        ),
      ),
    replace: (id: number, overrides: Overrides) => change(id, { overrides }),
    rename: (id: number, name: string) => change(id, { name }),
    remove: (id: number) =>
      after(
        read(
          api.DELETE("/api/scene-types/{scene_type_id}/presets/{preset_id}", one(sceneTypeId, id)),
        ),
      ),
  };
}
