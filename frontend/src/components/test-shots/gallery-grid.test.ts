import { expect, test } from "vitest";
import { gridShape, step } from "./gallery-grid";

test.each([
  [366, "airy", 1],
  [366, "dense", 2],
  [1160, "airy", 4],
  [1160, "dense", 6],
  [0, "airy", 1],
] as const)("%i px wide and %s are %i columns", (width, density, columns) =>
  expect(gridShape(width, density).columns).toBe(columns),
);

test("the keys begin at the first card", () => expect(step(undefined, "down", 9, 4)).toBe(0));

test.each([
  [0, "right", 1],
  [0, "left", 0],
  [3, "right", 4],
  [5, "up", 1],
  [1, "up", 1],
  [1, "down", 5],
  [5, "down", 8],
  [8, "down", 8],
  [8, "right", 8],
  [3, "first", 0],
  [3, "last", 8],
] as const)("in 9 cards of 4 a row, from %i %s is %i", (from, how, to) =>
  expect(step(from, how, 9, 4)).toBe(to),
);
