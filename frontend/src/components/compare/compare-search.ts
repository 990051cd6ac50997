/** Which test shots are compared, and how: a link shows another person the same. */

import { number, numbers, oneOf, type Search } from "@/app/search";

export const LAYOUTS = ["grid", "flip", "wipe", "difference", "overlay"] as const;
export type Layout = (typeof LAYOUTS)[number];
export const MOST_CLIPS = 9;

export interface CompareSearch {
  shots: number[];
  layout?: Layout;
  /** The frame that is shown, from 0, while nothing plays. */
  frame?: number;
  /** Positions from 1 in `shots`: what a flip shows, and the left side of a pair. */
  first?: number;
  /** The right side of a pair. */
  second?: number;
}

export function compareSearch(search: Search): CompareSearch {
  const read: CompareSearch = { shots: numbers(search.shots).slice(0, MOST_CLIPS) };
  const layout = oneOf(search.layout, LAYOUTS);
  const frame = Number(search.frame) === 0 && search.frame !== "" ? 0 : number(search.frame);
  const [first, second] = [number(search.first), number(search.second)];
  if (layout) read.layout = layout;
  if (search.frame !== undefined && frame !== undefined) read.frame = frame;
  if (first && first <= MOST_CLIPS) read.first = first;
  if (second && second <= MOST_CLIPS) read.second = second;
  return read;
}

/** The address that shows the same, short enough to read. */
export function compareLink({ shots, ...rest }: CompareSearch, origin = location.origin): string {
  const query = Object.entries(rest).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  return `${origin}/compare?${[`shots=${shots.join(",")}`, ...query].join("&")}`;
}

export interface BlindSearch {
  scene_type_id?: number;
}

export function blindSearch(search: Search): BlindSearch {
  const id = number(search.scene_type_id);
  return id ? { scene_type_id: id } : {};
}
