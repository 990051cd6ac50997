/** Test shots in the cache: each may stand in several galleries, batches and pages at once. */

import type { InfiniteData, Query } from "@tanstack/react-query";
import { api, read } from "./client";
import { keys } from "./keys";
import { queryClient } from "./query-client";
import type { Shot } from "./types";

export interface ShotPage {
  items: Shot[];
  next?: string | null;
}

const GATHER_MS = 150;
/** Of a gallery with more pages only those are loaded anew in which something changed. */
const PAGES_ANEW = 3;
/** With more than so many changed at once, loading what is shown anew is cheaper. */
const ONE_BY_ONE = 24;

const GALLERY = [...keys.shots, "gallery"];

/** How an infinite query asks for a page. */
interface InfiniteOptions {
  queryFn: (context: Asked) => Promise<ShotPage>;
}

interface Asked {
  queryKey: readonly unknown[];
  pageParam: unknown;
  signal: AbortSignal;
}

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
    refreshGalleries(ids);
  }
  if (ids.length > ONE_BY_ONE) return;
  await Promise.all(ids.filter(isKnown).map(reload));
}

/** Load galleries anew: there are test shots that none shows yet, and these have changed. */
export function refreshGalleries(ids: readonly number[] = []): void {
  for (const query of queryClient.getQueryCache().findAll({ queryKey: GALLERY })) {
    const data = query.state.data as InfiniteData<ShotPage> | undefined;
    if (!data || data.pages.length <= PAGES_ANEW) {
      void queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true });
    } else if (query.isActive()) void refreshPages(query, data, ids);
    else queryClient.removeQueries({ queryKey: query.queryKey, exact: true });
  }
}

async function refreshPages(
  query: Query,
  { pages, pageParams }: InfiniteData<ShotPage>,
  ids: readonly number[],
): Promise<void> {
  const { queryFn } = query.options as unknown as InfiniteOptions;
  const { signal } = new AbortController();
  const { queryKey } = query;
  const changed = pageParams.filter(
    (_, index) => index === 0 || pages[index]?.items.some(({ id }) => ids.includes(id)),
  );
  try {
    const ask = (pageParam: unknown) => queryFn({ queryKey, pageParam, signal });
    const loaded = await Promise.all(changed.map(ask));
    const shots = loaded.flatMap(({ items }) => items);
    queryClient.setQueryData<InfiniteData<ShotPage>>(
      queryKey,
      (data) => data && withShots(data, shots),
    );
  } catch {
    void queryClient.invalidateQueries({ queryKey, exact: true });
  }
}

/** The new ones first, the others where they stand; later pages go on from where they did. */
export function withShots(
  data: InfiniteData<ShotPage>,
  loaded: readonly Shot[],
): InfiniteData<ShotPage> {
  const known = new Set(data.pages.flatMap(({ items }) => items.map(({ id }) => id)));
  const fresh = new Map(loaded.map((shot) => [shot.id, shot]));
  const pages = data.pages.map((page) => ({
    ...page,
    items: page.items.map((shot) => fresh.get(shot.id) ?? shot),
  }));
  const [head, ...rest] = pages;
  if (!head) return data;
  const added = loaded.filter(({ id }) => !known.has(id));
  return { ...data, pages: [{ ...head, items: [...added, ...head.items] }, ...rest] };
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
    queryKey: GALLERY,
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
    { queryKey: GALLERY },
    (data) =>
      data && { ...data, pages: data.pages.map((page) => ({ ...page, items: how(page.items) })) },
  );
}
