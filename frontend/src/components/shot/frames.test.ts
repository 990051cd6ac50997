import { expect, test } from "vitest";
import { frameAt, timeOf } from "./frames";

test.each([16, 23.976, 24, 25, 30, 60])(
  "every frame at %d fps is found again by its time",
  (fps) => {
    const clip = { fps, frames: 300 };
    const frames = Array.from({ length: 300 }, (_, frame) => frame);
    expect(frames.map((frame) => frameAt(timeOf(frame, clip), clip))).toEqual(frames);
  },
);

test("a player's rounding does not show the frame before, and the end is the last frame", () => {
  expect(frameAt(0.124999, { fps: 16, frames: 41 })).toBe(2);
  expect(frameAt(9, { fps: 16, frames: 41 })).toBe(40);
});
