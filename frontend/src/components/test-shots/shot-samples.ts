/** Test shots for tests: a scored one, and what a test says differs. */

import type { Shot } from "@/api/types";
import type { Parameters } from "./parameters";

export function shot({ id, ...parameters }: { id: number } & Parameters): Shot {
  return {
    id,
    status: "scored",
    scene_type: { id: 1, name: "Slow portrait" },
    character: { id: 1, name: "Mina" },
    workflow_id: 1,
    scene_id: null,
    batch_id: null,
    label: "",
    parameters: { ...parameters },
    recipe_hash: "0".repeat(64),
    seed_image_path: "images/mina.jpg",
    output_video_path: null,
    last_frame_path: null,
    poster_path: null,
    duration_secs: null,
    quality_score: null,
    verdict: null,
    qa: null,
    is_promoted: false,
    promoted_to_scene_id: null,
    created_by_id: 1,
    created_at: "2026-05-02T12:00:00Z",
    updated_at: "2026-05-02T12:00:00Z",
    run_id: "01a219ae-0504-774a-8bd4-5e1d75739bc8",
    artefacts: null,
    clip: null,
    worker: null,
    reused: false,
    gpu_seconds: null,
    gpu_seconds_spent: null,
    failure: null,
    cancel_requested_at: null,
    started_at: null,
    rendered_at: null,
    finished_at: null,
  };
}
