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

/** Two clips one has not compared; null when there are none. */
export async function nextPair(sceneTypeId: number): Promise<BlindPair | null> {
  try {
    const query = { scene_type_id: sceneTypeId };
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

/** Whether two pairs are of the same clips, whatever the sides. */
export function isSamePair(one: BlindPair, other: BlindPair): boolean {
  const tokens = ({ left, right }: BlindPair) => [left.token, right.token].sort().join();
  return tokens(one) === tokens(other);
}
