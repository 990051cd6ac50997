/** Which scenes are listed, as it stands in the address. */

import { number, oneOf, type Search } from "@/app/search";

export const SCENE_STATUSES = [
  "draft",
  "generating",
  "completed",
  "failed",
  "cancelled",
  "halted_by_qa",
] as const;

export interface SceneSearch {
  scene_type_id?: number;
  character_id?: number;
  status?: (typeof SCENE_STATUSES)[number];
}

export function sceneSearch(search: Search): SceneSearch {
  const read: SceneSearch = {};
  const sceneType = number(search.scene_type_id);
  const character = number(search.character_id);
  const status = oneOf(search.status, SCENE_STATUSES);
  if (sceneType) read.scene_type_id = sceneType;
  if (character) read.character_id = character;
  if (status) read.status = status;
  return read;
}

export interface SegmentSearch {
  /** The segment that is shown; without one the whole scene. */
  segment?: number;
}

export function segmentSearch(search: Search): SegmentSearch {
  const segment = number(search.segment);
  return segment ? { segment } : {};
}
