/** Which test shots are compared, and how: a link shows another person the same. */

import { number, numbers, oneOf, type Search } from "@/app/search";

export const LAYOUTS = ["grid", "flip", "wipe", "difference", "overlay"] as const;
export const MOST_CLIPS = 9;

export interface CompareSearch {
  shots: number[];
  layout?: (typeof LAYOUTS)[number];
  /** The frame that is shown, from 0, while nothing plays. */
  frame?: number;
}

export function compareSearch(search: Search): CompareSearch {
  const read: CompareSearch = { shots: numbers(search.shots).slice(0, MOST_CLIPS) };
  const layout = oneOf(search.layout, LAYOUTS);
  const frame = number(search.frame);
  if (layout) read.layout = layout;
  if (frame) read.frame = frame;
  return read;
}

export interface BlindSearch {
  scene_type_id?: number;
}

export function blindSearch(search: Search): BlindSearch {
  const id = number(search.scene_type_id);
  return id ? { scene_type_id: id } : {};
}
