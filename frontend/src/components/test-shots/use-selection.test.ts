import { expect, test } from "vitest";
import { between, toggled } from "./use-selection";

test("a range has both its ends, whichever was pressed first", () => {
  expect(between([5, 3, 9, 1], 9, 5)).toEqual([5, 3, 9]);
  expect(between([5, 3, 9, 1], 3, 1)).toEqual([3, 9, 1]);
});

test("from nothing, or from what is no longer shown, there is no range", () => {
  expect(between([5, 3], undefined, 3)).toEqual([]);
  expect(between([5, 3], 8, 3)).toEqual([]);
});

test("a second press takes one out again; a range only adds", () => {
  expect([...toggled(new Set([1]), 1, [])]).toEqual([]);
  expect([...toggled(new Set([1]), 3, [1, 2, 3])]).toEqual([1, 2, 3]);
});
