/**
 * Blind votes: two clips of a scene type without names, which of them is better, and what all the
 * votes say. The only place that knows these endpoints.
 */

import { read } from "@/api/client";
import { ProblemError } from "@/api/problem";

export interface BlindClip {
  /** Names the clip without saying what it is. */
  token: string;
  video: string;
  poster: string | null;
}

/** Which is on which side is chance. */
export interface BlindPair {
  left: BlindClip;
  right: BlindClip;
}

export type Winner = "left" | "right" | "tie";

export const RANKED_BY = ["configuration", "character", "shot"] as const;
export type RankedBy = (typeof RANKED_BY)[number];

export interface Ranked {
  id: string;
  name: string;
  /** The strongest test shot of it. */
  test_shot_id: number;
  test_shots: number;
  votes: number;
  wins: number;
  losses: number;
  ties: number;
  /** Of winning against an average one, 0..1, with the bounds of 95 % certainty. */
  chance: { value: number; low: number | null; high: number | null };
}

export interface Ranking {
  votes: number;
  people: number;
  /** The strongest first. */
  items: Ranked[];
}

export const blindKeys = {
  next: (sceneTypeId: number) => ["votes", "next", sceneTypeId] as const,
  rankings: ["votes", "ranking"] as const,
  ranking: (sceneTypeId: number, by: RankedBy) => ["votes", "ranking", sceneTypeId, by] as const,
};

/** Two clips one has not compared; null when there are none. */
export async function nextPair(sceneTypeId: number): Promise<BlindPair | null> {
  try {
    return await ask<BlindPair>(`/api/votes/next?scene_type_id=${sceneTypeId}`);
  } catch (error) {
    if (error instanceof ProblemError && error.is("no-pair-left")) return null;
    throw error;
  }
}

export function vote({ left, right }: BlindPair, winner: Winner): Promise<unknown> {
  const body = { left: left.token, right: right.token, winner };
  return ask("/api/votes", { method: "POST", body: JSON.stringify(body) });
}

export function ranking(sceneTypeId: number, by: RankedBy): Promise<Ranking> {
  return ask<Ranking>(`/api/scene-types/${sceneTypeId}/ranking?by=${by}`);
}

/** Whether two pairs are of the same clips, whatever the sides. */
export function isSamePair(one: BlindPair, other: BlindPair): boolean {
  const tokens = ({ left, right }: BlindPair) => [left.token, right.token].sort().join();
  return tokens(one) === tokens(other);
}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(path, {
    ...init,
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-Screentest-Client": "web" },
  });
  const isJson = response.headers.get("Content-Type")?.includes("json");
  const said = isJson ? await response.json() : undefined;
  return read<T>(Promise.resolve({ data: said as T, error: said, response }));
}
