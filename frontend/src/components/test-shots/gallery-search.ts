/** What the gallery shows, as it stands in its address: a saved view is a bookmark. */

import { number, oneOf, type Search, someOf, text, texts } from "@/app/search";

export const STATUSES = [
  "waiting",
  "rendering",
  "rendered",
  "scored",
  "failed",
  "cancelled",
] as const;
export const VERDICTS = ["pass", "warn", "fail", "not_measured"] as const;
export const SORTS = ["date", "character", "quality", "rating", "ranking"] as const;

export interface GallerySearch {
  scene_type_id?: number;
  character_id?: number;
  workflow_id?: number;
  batch_id?: number;
  status?: (typeof STATUSES)[number][];
  verdict?: (typeof VERDICTS)[number][];
  promoted?: boolean;
  decision?: ("approved" | "rejected" | "undecided")[];
  min_rating?: number;
  tag?: string[];
  /** Any of these. */
  lora?: string[];
  q?: string;
  sort?: (typeof SORTS)[number];
  order?: "asc" | "desc";
}

export function gallerySearch(search: Search): GallerySearch {
  const read: GallerySearch = {
    scene_type_id: number(search.scene_type_id),
    character_id: number(search.character_id),
    workflow_id: number(search.workflow_id),
    batch_id: number(search.batch_id),
    status: someOf(search.status, STATUSES),
    verdict: someOf(search.verdict, VERDICTS),
    promoted: typeof search.promoted === "boolean" ? search.promoted : undefined,
    decision: someOf(search.decision, ["approved", "rejected", "undecided"] as const),
    min_rating: number(search.min_rating),
    tag: texts(search.tag),
    lora: texts(search.lora),
    q: text(search.q),
    sort: oneOf(search.sort, SORTS),
    order: oneOf(search.order, ["asc", "desc"] as const),
  };
  for (const key of Object.keys(read) as (keyof GallerySearch)[]) {
    if (read[key] === undefined) delete read[key];
  }
  return read;
}
