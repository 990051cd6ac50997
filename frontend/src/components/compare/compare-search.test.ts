import { expect, test } from "vitest";
import { compareLink, compareSearch } from "./compare-search";

test("a link shows what was seen", () => {
  const seen = { shots: [3, 1, 4], layout: "wipe", frame: 12, first: 2, second: 3 } as const;
  const link = compareLink({ ...seen, shots: [...seen.shots] }, "https://films.example");
  expect(link).toBe(
    "https://films.example/compare?shots=3,1,4&layout=wipe&frame=12&first=2&second=3",
  );
  const query = Object.fromEntries(new URL(link).searchParams);
  expect(compareSearch(query)).toEqual(seen);
});

test("the first frame is a frame", () => {
  expect(compareSearch({ shots: "1", frame: "0" }).frame).toBe(0);
  expect(compareSearch({ shots: "1", frame: -1 }).frame).toBeUndefined();
  expect(compareSearch({ shots: "1" })).toEqual({ shots: [1] });
});
