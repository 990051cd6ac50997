/** Test shots in the cache: each may stand in several galleries, batches and pages at once. */

import type { InfiniteData } from "@tanstack/react-query";
import { api, read } from "./client";
import { keys } from "./keys";
import { queryClient } from "./query-client";
import type { Shot } from "./types";

export interface ShotPage {
  items: Shot[];
  next?: string | null;
}

const GATHER_MS = 150;
/** With more than so many changed at once, loading what is shown anew is cheaper. */
const ONE_BY_ONE = 24;

const waiting = new Set<number>();

/** Load these anew wherever they are shown; those that are new to every gallery, too. */
export function refreshShots(ids: number[]): void {
  if (waiting.size === 0) setTimeout(refresh, GATHER_MS);
  for (const id of ids) waiting.add(id);
}

async function refresh(): Promise<void> {
  const ids = [...waiting];
  waiting.clear();
  const isNew = ids.some((id) => !isKnown(id));
  if (isNew || ids.length > ONE_BY_ONE) {
    void queryClient.invalidateQueries({ queryKey: [...keys.shots, "gallery"] });
  }
  if (ids.length > ONE_BY_ONE) return;
  await Promise.all(ids.filter(isKnown).map(reload));
}

async function reload(id: number): Promise<void> {
  try {
    const path = { shot_id: id };
    putShot(await read(api.GET("/api/test-shots/{shot_id}", { params: { path } })));
    void queryClient.invalidateQueries({ queryKey: keys.shotQA(id) });
  } catch {
    void queryClient.invalidateQueries({ queryKey: keys.shot(id) });
  }
}

function isKnown(id: number): boolean {
  if (queryClient.getQueryData(keys.shot(id))) return true;
  return galleries().some((pages) => pages.pages.some((page) => page.items.some(has(id))));
}

function galleries(): InfiniteData<ShotPage>[] {
  const found = queryClient.getQueriesData<InfiniteData<ShotPage>>({
    queryKey: [...keys.shots, "gallery"],
  });
  return found.flatMap(([, data]) => (data ? [data] : []));
}

const has = (id: number) => (shot: Shot) => shot.id === id;

/** Show this state of a test shot everywhere. */
export function putShot(shot: Shot): void {
  queryClient.setQueryData(keys.shot(shot.id), shot);
  change((items) =>
    items.some(has(shot.id)) ? items.map((one) => (one.id === shot.id ? shot : one)) : items,
  );
}

/** It is gone. */
export function removeShot(id: number): void {
  queryClient.removeQueries({ queryKey: keys.shot(id) });
  change((items) => items.filter((shot) => shot.id !== id));
}

function change(how: (items: Shot[]) => Shot[]): void {
  queryClient.setQueriesData<InfiniteData<ShotPage>>(
    { queryKey: [...keys.shots, "gallery"] },
    (data) =>
      data && { ...data, pages: data.pages.map((page) => ({ ...page, items: how(page.items) })) },
  );
}
