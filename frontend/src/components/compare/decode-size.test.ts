import { expect, test } from "vitest";
import { decodeWidth } from "./decode-size";

const clip = { width: 832, height: 480, frames: 41 };

test("frames are as wide as they are shown, in steps", () => {
  expect(decodeWidth(500, [clip, clip])).toBe(640);
  expect(decodeWidth(640, [clip, clip])).toBe(640);
});

test("clips that would not fit into memory are decoded smaller", () => {
  const large = { width: 1920, height: 1080, frames: 200 };
  const width = decodeWidth(1920, Array(9).fill(large));
  expect(width).toBeLessThan(1920);
  expect(9 * 200 * width * width * (1080 / 1920) * 4).toBeLessThan(640e6);
});

test("a clip is never wider than it is, so a large window does not count against it", () => {
  expect(decodeWidth(3840, [clip])).toBe(3840);
});
