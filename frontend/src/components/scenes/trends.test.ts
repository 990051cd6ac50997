import { expect, test } from "vitest";
import type { MeasureTrend } from "@/api/types";
import { interesting, scaleOf } from "./trends";

const trend = (values: number[], more: Partial<MeasureTrend> = {}) =>
  ({
    points: values.map((value, at) => ({ segment: at + 1, value })),
    warn: null,
    fail: null,
    drifts: false,
    ...more,
  }) as MeasureTrend;

test("what stands still is of no interest, however small its numbers are", () => {
  const still = trend([0.95, 0.951, 0.95]);
  const moves = trend([0.001, 0.004]);
  const drifts = trend([5, 5], { drifts: true });
  expect(interesting([still, moves, drifts, trend([0, 0])])).toEqual([moves, drifts]);
});

test("a limit near by is shown, one far off does not flatten the values", () => {
  expect(scaleOf(trend([1, 2], { fail: 3 })).high).toBeGreaterThan(3);
  expect(scaleOf(trend([1, 2], { fail: 1000 })).high).toBeLessThan(3);
});
