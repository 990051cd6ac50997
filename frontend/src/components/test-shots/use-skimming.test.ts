import { expect, test } from "vitest";
import { isSkimming } from "./use-skimming";

test.each([
  ["a notch of a wheel", 100, 50, false],
  ["a fling", 250, 35, true],
  ["a fling upwards", -250, 35, true],
  ["a jump after a rest", 20_000, 10_000, false],
])("%s", (_, pixels, ms, skims) =>
  expect(isSkimming({ offset: 500, at: 0 }, { offset: 500 + pixels, at: ms })).toBe(skims),
);
