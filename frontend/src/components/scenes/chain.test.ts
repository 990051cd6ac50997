import { expect, test } from "vitest";
import type { Chain, Segment } from "@/api/types";
import { lengthOf, nextStep, playable, runSentence, sceneState, versionOf } from "./chain";

const rendered = (index: number, more: Partial<Segment> = {}) =>
  ({
    index,
    status: "scored",
    is_stale: false,
    artefacts: { video: { sha256: `${index}`.repeat(64) } },
    ...more,
  }) as Segment;
const planned = (index: number) => ({ index, status: "planned", is_stale: false }) as Segment;
const chain = (segments: Segment[], more: Partial<Chain> = {}) =>
  ({ planned_segments: segments.length, segments, run: null, ...more }) as Chain;

test("the stitched clip ends where a segment is missing or stale", () => {
  expect(playable(chain([rendered(1), planned(2), rendered(3)]))).toHaveLength(1);
  expect(playable(chain([rendered(1), rendered(2, { is_stale: true })]))).toHaveLength(1);
  expect(playable(chain([rendered(1), rendered(2)]))).toHaveLength(2);
});

test("a clip that was made anew has another version", () => {
  const anew = rendered(2, { artefacts: { video: { sha256: "f".repeat(64) } } as never });
  expect(versionOf([rendered(1), rendered(2)])).not.toBe(versionOf([rendered(1), anew]));
});

test("the frame that two segments share is counted once", () => {
  const clip = { duration_s: 2.5, fps: 16 } as never;
  expect(lengthOf([rendered(1, { clip }), rendered(2, { clip })])).toBe(5 - 1 / 16);
});

test("what comes next is said by the segment it begins with", () => {
  expect(nextStep(chain([planned(1), planned(2)]))).toBe("Generate");
  expect(nextStep(chain([rendered(1), planned(2)]))).toBe("Continue from segment 002");
  expect(nextStep(chain([rendered(1)]))).toBeNull();
});

test("a run says why it waits, in the words of the server when it has some", () => {
  const run = (more: object) =>
    chain([planned(1)], { run: { status: "waiting", ...more } as never });
  expect(runSentence(run({ waiting: { reason: "the lane is paused" } }))).toBe(
    "The lane is paused.",
  );
  expect(runSentence(run({}))).toBe("Waits for a worker.");
  expect(runSentence(run({ waiting: { code: "awaiting_frame", reason: "old" } }))).toBe(
    "Waits for a worker.",
  );
  expect(runSentence(run({ status: "completed" }))).toBeNull();
});

test("a scene that waits for a person says so", () => {
  const [, words] = sceneState({ status: "generating" }, chain([], { awaits_frame_of: 1 }));
  expect(words).toBe("Waits for a boundary frame");
});
