/** What the scene type pages ask the api. */

import { queryOptions } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";

const path = (scene_type_id: number) => ({ params: { path: { scene_type_id } } });

export const sceneTypeQuery = (id: number) =>
  queryOptions({
    queryKey: keys.sceneType(id),
    queryFn: () => read(api.GET("/api/scene-types/{scene_type_id}", path(id))),
  });

export const calibrationQuery = (id: number) =>
  queryOptions({
    queryKey: [...keys.sceneType(id), "calibration"],
    queryFn: () => read(api.GET("/api/scene-types/{scene_type_id}/qa-calibration", path(id))),
  });
