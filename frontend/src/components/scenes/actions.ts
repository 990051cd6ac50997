/** What a person can do with a scene. */

import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { queryClient } from "@/api/query-client";
import type { Offer, SceneSummary } from "@/api/types";
import { putChain } from "./queries";

export interface GoOn {
  upTo?: number;
  fresh?: boolean;
  acceptFailed?: boolean;
}

/** Render the segments a scene lacks. */
export async function generate(sceneId: number, { upTo, fresh, acceptFailed }: GoOn = {}) {
  const chain = await read(
    api.POST("/api/scenes/{scene_id}/generate", {
      params: { path: { scene_id: sceneId } },
      body: {
        up_to_segment: upTo,
        fresh: fresh ?? false,
        wait_for_worker: false,
        accept_failed: acceptFailed ?? false,
      },
    }),
  );
  putChain(sceneId, chain);
}

export interface Anew {
  from: number;
  /** Without one a random seed is drawn. */
  seed?: number;
  replacePromoted: boolean;
  acceptFailed: boolean;
}

/** Make a segment anew, and all that follow from it. */
export async function regenerate(sceneId: number, anew: Anew) {
  const chain = await read(
    api.POST("/api/scenes/{scene_id}/regenerate", {
      params: { path: { scene_id: sceneId } },
      body: {
        from_segment: anew.from,
        overrides: { values: {}, prompts: {}, seed: anew.seed },
        replace_promoted: anew.replacePromoted,
        fresh: false,
        wait_for_worker: false,
        accept_failed: anew.acceptFailed,
      },
    }),
  );
  putChain(sceneId, chain);
}

export async function cancel(sceneId: number) {
  putChain(
    sceneId,
    await read(
      api.POST("/api/scenes/{scene_id}/cancel", { params: { path: { scene_id: sceneId } } }),
    ),
  );
}

export async function chooseBoundary(sceneId: number, index: number, frame: number) {
  const chain = await read(
    api.POST("/api/scenes/{scene_id}/segments/{index}/boundary", {
      params: { path: { scene_id: sceneId, index } },
      body: { frame },
    }),
  );
  putChain(sceneId, chain);
}

export async function removeScene(sceneId: number) {
  await read(api.DELETE("/api/scenes/{scene_id}", { params: { path: { scene_id: sceneId } } }));
  queryClient.removeQueries({ queryKey: keys.scene(sceneId) });
  await queryClient.invalidateQueries({ queryKey: keys.scenes });
}

export async function createScene(
  name: string,
  sceneTypeId: number,
  characterId: number,
): Promise<SceneSummary> {
  const body = { name, scene_type_id: sceneTypeId, character_id: characterId };
  const made = await read(api.POST("/api/scenes", { body }));
  await queryClient.invalidateQueries({ queryKey: keys.scenes });
  return made;
}

/** What going on (or anew from a segment) would cost. */
export function quote(sceneId: number, what: { upTo?: number; from?: number }): Promise<Offer> {
  return read(
    api.POST("/api/estimates", {
      body: {
        scene: {
          scene_id: sceneId,
          up_to_segment: what.upTo,
          from_segment: what.from,
          fresh: false,
          overrides: { values: {}, prompts: {} },
        },
      },
    }),
  );
}
