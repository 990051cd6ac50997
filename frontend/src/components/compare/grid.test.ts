import { expect, test } from "vitest";
import { grid } from "./grid";

const WIDE = 16 / 9;
const columns = (clips: number, ratio: number, width: number, height: number) =>
  grid(clips, ratio, { width, height }, 12, 32).columns;

test.each([
  [1, 1],
  [2, 2],
  [4, 2],
  [6, 3],
  [9, 3],
])("%s wide clips on a desk have %s columns", (clips, expected) => {
  expect(columns(clips, WIDE, 1200, 700)).toBe(expected);
});

test("a column more is worth it only for a row less", () => {
  expect(columns(9, WIDE, 1194, 650)).toBe(3);
});

test("upright clips stand beside one another", () => {
  expect(columns(4, 9 / 16, 1200, 700)).toBe(4);
});

test("cells are never wider than there is room", () => {
  for (let clips = 1; clips <= 9; clips += 1) {
    const { columns, width } = grid(clips, WIDE, { width: 366, height: 594 }, 12, 32);
    expect(columns * width + (columns - 1) * 12).toBeLessThanOrEqual(366);
  }
});
