import { expect, test } from "vitest";
import { isFiltered, isSameView, kept, savedViews, unfiltered } from "./gallery-views";

test("an order is no filter, and stays when filters are cleared", () => {
  expect(isFiltered({ sort: "quality", order: "asc", q: undefined })).toBe(false);
  expect(isFiltered({ sort: "quality", promoted: false })).toBe(true);
  expect(unfiltered({ sort: "quality", q: "rain" })).toEqual({ sort: "quality" });
});

test("a view replaces the one that had its name", () => {
  const views = kept([{ name: "Best", search: {} }], { name: "Best", search: { min_rating: 4 } });
  expect(views).toEqual([{ name: "Best", search: { min_rating: 4 } }]);
});

test("views are the same whatever order their filters stand in", () => {
  expect(isSameView({ q: "a", sort: "date" }, { sort: "date", q: "a", tag: undefined })).toBe(true);
  expect(isSameView({ q: "a" }, { q: "b" })).toBe(false);
});

test("what storage holds is only read if it is views", () => {
  expect(savedViews([{ name: "Best", search: {} }])).toBe(true);
  expect(savedViews([{ name: 3 }])).toBe(false);
  expect(savedViews({})).toBe(false);
});
