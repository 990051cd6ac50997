import { expect, test } from "vitest";
import { everything } from "./pages";

test("every page is asked for, each by the cursor of the one before", async () => {
  const pages = { start: { items: [1, 2], next: "b" }, b: { items: [3], next: null } };
  expect(await everything(async (cursor) => pages[(cursor ?? "start") as "b"])).toEqual([1, 2, 3]);
});

test("a list without an end is not followed forever", async () => {
  expect(await everything(async () => ({ items: [1], next: "again" }))).toHaveLength(50);
});
