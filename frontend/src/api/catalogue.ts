/** Names to choose from: every scene type, character and workflow, page by page. */

import { queryOptions } from "@tanstack/react-query";
import { api, read } from "./client";
import { keys } from "./keys";

const PAGE = 200;

async function all<T>(
  page: (cursor: string | null) => Promise<{ items: T[]; next?: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = null; ; ) {
    const found = await page(cursor);
    items.push(...found.items);
    if (!found.next) return items;
    cursor = found.next;
  }
}

const page = (cursor: string | null) => ({ params: { query: { limit: PAGE, cursor } } });

export const allSceneTypes = queryOptions({
  queryKey: [...keys.sceneTypes, "all"],
  queryFn: () => all((cursor) => read(api.GET("/api/scene-types", page(cursor)))),
});

export const allCharacters = queryOptions({
  queryKey: [...keys.characters, "all"],
  queryFn: () => all((cursor) => read(api.GET("/api/characters", page(cursor)))),
});

export const allWorkflows = queryOptions({
  queryKey: [...keys.workflows, "all"],
  queryFn: () => all((cursor) => read(api.GET("/api/workflows", page(cursor)))),
});

export const oneScene = (id: number) =>
  queryOptions({
    queryKey: keys.scene(id),
    queryFn: () => read(api.GET("/api/scenes/{scene_id}", { params: { path: { scene_id: id } } })),
  });
