/** What the character pages ask the api. */

import { queryOptions } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { everything } from "@/api/pages";

export const characterQuery = (id: number) =>
  queryOptions({
    queryKey: keys.character(id),
    queryFn: () =>
      read(api.GET("/api/characters/{character_id}", { params: { path: { character_id: id } } })),
  });

const PAGE = 48;
const LONG_PAGE = 200;

export function charactersPage(q?: string, cursor?: string, limit = PAGE) {
  return read(api.GET("/api/characters", { params: { query: { q, limit, cursor } } }));
}

/** The choices of a menu. */
export const allCharactersQuery = queryOptions({
  queryKey: [...keys.characters, "all"],
  queryFn: () => everything((cursor) => charactersPage(undefined, cursor, LONG_PAGE)),
});
