/** What the character pages ask the api. */

import { queryOptions } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";

export const characterQuery = (id: number) =>
  queryOptions({
    queryKey: keys.character(id),
    queryFn: () =>
      read(api.GET("/api/characters/{character_id}", { params: { path: { character_id: id } } })),
  });

const PAGE = 48;

export function charactersPage(q?: string, cursor?: string) {
  return read(api.GET("/api/characters", { params: { query: { q, limit: PAGE, cursor } } }));
}
