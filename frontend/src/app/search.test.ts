import { expect, test } from "vitest";
import { compareSearch } from "@/components/compare/compare-search";
import { gallerySearch } from "@/components/test-shots/gallery-search";

test("what is no filter is left out, whoever typed it", () => {
  expect(
    gallerySearch({ status: ["failed", "nonsense"], character_id: "7", q: " ", sort: "age" }),
  ).toEqual({
    status: ["failed"],
    character_id: 7,
  });
});

test("clips to compare are each named once, and nine at most", () => {
  expect(compareSearch({ shots: "3,3,x,4" }).shots).toEqual([3, 4]);
  expect(compareSearch({ shots: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }).shots).toHaveLength(9);
});
