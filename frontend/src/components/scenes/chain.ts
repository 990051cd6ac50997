/** What the state of a chain means for a person. */

import type { Chain, Scene, Segment } from "@/api/types";
import type { Tone } from "@/ui/Pill";

const RUNNING = ["waiting", "rendering", "awaiting_qa", "awaiting_frame"];

export function isRunning(chain: Chain): boolean {
  return chain.run != null && RUNNING.includes(chain.run.status);
}

/** A segment with a clip that can be played. */
export function isRendered(segment: Segment): boolean {
  return segment.artefacts != null;
}

/** Up to the first segment that is missing or stale: what the stitched clip shows. */
export function playable(chain: Chain): Segment[] {
  const end = chain.segments.findIndex((segment) => !isRendered(segment) || segment.is_stale);
  return end < 0 ? chain.segments : chain.segments.slice(0, end);
}

/** Changes whenever the stitched clip does. */
export function versionOf(segments: Segment[]): string {
  return segments.map((segment) => segment.artefacts?.video.sha256.slice(0, 8)).join("-");
}

/** What the button says that goes on with it; null when there is nothing left to do. */
export function nextStep(chain: Chain): string | null {
  const next = playable(chain).length + 1;
  if (next > chain.planned_segments) return null;
  if (next === 1) return "Generate";
  return `Continue from segment ${number(next)}`;
}

/** `001`, as its file is called. */
export function number(index: number): string {
  return String(index).padStart(3, "0");
}

const TONES: Record<string, [Tone, string]> = {
  draft: ["plain", "Draft"],
  generating: ["busy", "Generating"],
  completed: ["pass", "Completed"],
  failed: ["fail", "Failed"],
  cancelled: ["plain", "Cancelled"],
  halted_by_qa: ["warn", "Halted by QA"],
};

export function sceneState(scene: Pick<Scene, "status">, chain?: Chain): [Tone, string] {
  if (chain?.awaits_frame_of) return ["warn", "Waits for a boundary frame"];
  return TONES[scene.status] ?? ["plain", scene.status];
}

const RUN_WORDS: Record<string, string> = {
  waiting: "Waits for a worker",
  rendering: "Renders",
  awaiting_qa: "QA looks at the last segment",
  awaiting_frame: "Waits for you to choose a boundary frame",
};

/** One sentence on what a run does now, and why it waits. */
export function runSentence(chain: Chain): string | null {
  const run = chain.run;
  if (!run || !isRunning(chain)) return null;
  if (run.cancel_requested_at) return "It is being cancelled.";
  if (run.status === "rendering") return null; // The strip shows it.
  // Told before the frame was chosen: it waits for something else by now.
  const isOld = run.waiting?.code === "awaiting_frame" && chain.awaits_frame_of == null;
  return asSentence((isOld ? null : run.waiting?.reason) ?? RUN_WORDS[run.status] ?? run.status);
}

function asSentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** Seconds of segments joined: the frame that two neighbours share appears once. */
export function lengthOf(segments: Segment[]): number {
  const seconds = segments.map(({ clip }, at) =>
    clip ? clip.duration_s - (at > 0 ? 1 / clip.fps : 0) : 0,
  );
  return seconds.reduce((sum, one) => sum + one, 0);
}

/** Which segments the stitched clip shows. */
export function extent(chain: Chain, shown: number): string {
  if (shown === chain.planned_segments) return "The whole scene";
  return shown === 1
    ? "The scene so far: segment 001"
    : `The scene so far: segments 001 to ${number(shown)}`;
}

/** What a failure says, whoever wrote it. */
export function failureSentence(failure: Record<string, unknown> | null | undefined): string {
  const message = failure?.message ?? failure?.code;
  return typeof message === "string" && message ? message : "It failed without a reason.";
}
