/** Every scene type, character and workflow: names to choose from, and what they stand for. */

import { queryOptions } from "@tanstack/react-query";
import { api, read } from "./client";
import { keys } from "./keys";
import { everything } from "./pages";

const PAGE = 200;

const page = (cursor?: string) => ({ params: { query: { limit: PAGE, cursor } } });

export const allSceneTypes = queryOptions({
  queryKey: [...keys.sceneTypes, "all"],
  queryFn: () => everything((cursor) => read(api.GET("/api/scene-types", page(cursor)))),
});

export const allCharacters = queryOptions({
  queryKey: [...keys.characters, "all"],
  queryFn: () => everything((cursor) => read(api.GET("/api/characters", page(cursor)))),
});

export const allWorkflows = queryOptions({
  queryKey: [...keys.workflows, "all"],
  queryFn: () => everything((cursor) => read(api.GET("/api/workflows", page(cursor)))),
});
