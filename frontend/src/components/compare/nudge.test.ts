import { expect, test } from "vitest";
import { nudge } from "./nudge";

test.each([
  [0, 1, 1],
  [0.05, 1, 1.2],
  [-0.05, 1, 0.8],
  [0.05, 0.5, 0.6],
])("%s s behind at speed %s is played at %s", (drift, speed, rate) => {
  expect(nudge(drift, 16, speed, 0)).toEqual({ rate, seek: false });
});

test("more than two frames off it seeks, ahead or behind", () => {
  expect(nudge(0.13, 16, 1, 0).seek).toBe(true);
  expect(nudge(-0.13, 16, 1, 0).seek).toBe(true);
  expect(nudge(0.12, 16, 1, 0).seek).toBe(false);
});

test("what a slow seek left behind is caught up by playing faster", () => {
  expect(nudge(0.45, 16, 1, 0.4)).toEqual({ rate: 1.5, seek: false });
  expect(nudge(0.9, 16, 1, 0.4).seek).toBe(true);
  expect(nudge(0.9, 16, 2, 0.4).seek).toBe(false);
});
