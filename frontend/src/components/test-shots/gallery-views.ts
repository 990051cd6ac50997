/** Views of the gallery: what counts as a filter, and views that are kept under a name. */

import type { GallerySearch } from "./gallery-search";
import { gallerySearch, type SORTS } from "./gallery-search";

export const SORT_WORDS: Record<(typeof SORTS)[number], string> = {
  date: "Date",
  character: "Character",
  quality: "Quality",
  rating: "Rating",
  ranking: "Votes",
};

/** Which end one expects first where the address does not say. */
export const ORDER_OF = {
  date: "desc",
  character: "asc",
  quality: "desc",
  rating: "desc",
  ranking: "desc",
} as const;

export interface SavedView {
  name: string;
  search: GallerySearch;
}

export function isFiltered(search: GallerySearch): boolean {
  return Object.keys(withoutUndefined(unsorted(search))).length > 0;
}

/** Everything, in the same order. */
export function unfiltered({ sort, order }: GallerySearch): GallerySearch {
  return withoutUndefined({ sort, order });
}

/** Keep a view; one of the same name is replaced. */
export function kept(views: readonly SavedView[], view: SavedView): SavedView[] {
  const others = views.filter(({ name }) => name !== view.name);
  return [...others, view].sort((a, b) => a.name.localeCompare(b.name));
}

/** What storage held: views, whose filters are read as an address is. */
export function savedViews(value: unknown): value is SavedView[] {
  return (
    Array.isArray(value) &&
    value.every((view) => typeof view?.name === "string" && typeof view?.search === "object")
  );
}

export function isSameView(a: GallerySearch, b: GallerySearch): boolean {
  return canonical(a) === canonical(b);
}

function canonical(search: GallerySearch): string {
  const read = gallerySearch(search as Record<string, unknown>);
  return JSON.stringify(Object.entries(read).sort(([a], [b]) => a.localeCompare(b)));
}

function unsorted({ sort: _sort, order: _order, ...filters }: GallerySearch): GallerySearch {
  return filters;
}

function withoutUndefined(search: GallerySearch): GallerySearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}
