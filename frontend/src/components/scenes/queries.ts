/** What the scene pages ask the api. */

import { queryOptions } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { everything } from "@/api/pages";
import { queryClient } from "@/api/query-client";
import type { Chain, Scene } from "@/api/types";

export const sceneQuery = (id: number) =>
  queryOptions({
    queryKey: keys.scene(id),
    queryFn: () => read(api.GET("/api/scenes/{scene_id}", { params: { path: { scene_id: id } } })),
  });

export const sceneQAQuery = (id: number) =>
  queryOptions({
    queryKey: keys.sceneQA(id),
    queryFn: () =>
      read(api.GET("/api/scenes/{scene_id}/qa", { params: { path: { scene_id: id } } })),
  });

export interface SceneFilters {
  scene_type_id?: number;
  character_id?: number;
  status?: string;
}

const PAGE = 24;

export function scenesPage(filters: SceneFilters, cursor?: string, limit = PAGE) {
  return read(api.GET("/api/scenes", { params: { query: { ...filters, limit, cursor } } }));
}

/** Scenes of a scene type with a character: where a test shot of these could begin one. */
export const matchingScenesQuery = (scene_type_id: number, character_id: number) =>
  queryOptions({
    queryKey: [...keys.scenes, "matching", scene_type_id, character_id],
    queryFn: () => everything((cursor) => scenesPage({ scene_type_id, character_id }, cursor, 100)),
  });

/** Show a chain as an answer told it, before the live events do. */
export function putChain(sceneId: number, chain: Chain): void {
  queryClient.setQueryData<Scene>(keys.scene(sceneId), (scene) => scene && { ...scene, chain });
  void queryClient.invalidateQueries({ queryKey: keys.scenes });
}
