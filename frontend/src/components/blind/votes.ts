/**
 * Blind votes: two clips of a scene type without names, which of them is better, and what all the
 * votes say. The only place that knows these endpoints.
 */

import { api, read } from "@/api/client";
import { ProblemError } from "@/api/problem";
import type { BlindPair, RankedBy, Ranking, Winner } from "@/api/types";

export const RANKED_BY: readonly RankedBy[] = ["configuration", "character", "shot"];

export const blindKeys = {
  next: (sceneTypeId: number) => ["votes", "next", sceneTypeId] as const,
  rankings: ["votes", "ranking"] as const,
  ranking: (sceneTypeId: number, by: RankedBy) => ["votes", "ranking", sceneTypeId, by] as const,
};

/** Two clips one has not compared, none of those that were skipped; null when there are none. */
export async function nextPair(
  sceneTypeId: number,
  skipped: readonly BlindPair[] = [],
): Promise<BlindPair | null> {
  try {
    const skip = skipped.map(({ left, right }) => `${left.token},${right.token}`);
    const query = { scene_type_id: sceneTypeId, skip };
    return await read(api.GET("/api/votes/next", { params: { query } }));
  } catch (error) {
    if (error instanceof ProblemError && error.is("no-pair-left")) return null;
    throw error;
  }
}

export function vote({ left, right }: BlindPair, winner: Winner): Promise<unknown> {
  const body = { left: left.token, right: right.token, winner };
  return read(api.POST("/api/votes", { body }));
}

export function ranking(sceneTypeId: number, by: RankedBy): Promise<Ranking> {
  const params = { path: { scene_type_id: sceneTypeId }, query: { by } };
  return read(api.GET("/api/scene-types/{scene_type_id}/ranking", { params }));
}
