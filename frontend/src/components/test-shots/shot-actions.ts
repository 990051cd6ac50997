/** What can be asked for of a test shot that is there. */

import { api, read } from "@/api/client";
import { putShot, removeShot } from "@/api/shot-cache";
import type { Shot } from "@/api/types";
import { type Overrides, overridesOf } from "./shot-request";

/** Whether nothing more will happen to it. */
export function isOver({ status }: Shot): boolean {
  return status === "scored" || status === "failed" || status === "cancelled";
}

/** The same once more, with a seed that nobody chose. */
export function rerun(shot: Shot): Promise<Shot> {
  return ask(shot, { ...overridesOf(shot), seed: "random" });
}

function ask(shot: Shot, overrides: Overrides): Promise<Shot> {
  const { scene_id, scene_type, character } = shot;
  const body = { ...overrides, fresh: false, wait_for_worker: false };
  if (scene_id) {
    const path = { scene_id };
    return read(api.POST("/api/scenes/{scene_id}/test-shot", { params: { path }, body }));
  }
  const path = { scene_type_id: scene_type.id };
  return read(
    api.POST("/api/scene-types/{scene_type_id}/test-shot", {
      params: { path },
      body: { ...body, character_id: character.id },
    }),
  );
}

export async function cancelShot(shot: Shot): Promise<void> {
  const path = { shot_id: shot.id };
  putShot(await read(api.POST("/api/test-shots/{shot_id}/cancel", { params: { path } })));
}

/** Those that are gone, and the first reason why others are not. */
export async function deleteShots(
  shots: readonly Shot[],
): Promise<{ deleted: number[]; refused?: unknown }> {
  const deleted: number[] = [];
  let refused: unknown;
  for (const { id } of shots) {
    try {
      await read(api.DELETE("/api/test-shots/{shot_id}", { params: { path: { shot_id: id } } }));
      removeShot(id);
      deleted.push(id);
    } catch (error) {
      refused ??= error;
    }
  }
  return { deleted, refused };
}
