/** The gallery in pages, and which gallery was looked at last. */

import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import type { GallerySearch } from "./gallery-search";
import { ORDER_OF } from "./gallery-views";

const PAGE = 60;

export const galleryQuery = (filters: GallerySearch) =>
  infiniteQueryOptions({
    queryKey: keys.gallery(filters),
    queryFn: ({ pageParam, signal }) => {
      const order = filters.order ?? ORDER_OF[filters.sort ?? "date"];
      const query = { ...filters, order, limit: PAGE, cursor: pageParam };
      return read(api.GET("/api/test-shots/gallery", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next ?? undefined,
  });

let last: GallerySearch = {};

/** A shot's own page goes on from the gallery one came from. */
export function rememberGallery(filters: GallerySearch): void {
  last = filters;
}

export function lastGallery(): GallerySearch {
  return last;
}
