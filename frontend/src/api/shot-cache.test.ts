import { expect, test } from "vitest";
import { shot } from "@/components/test-shots/shot-samples";
import { withShots } from "./shot-cache";

const page = (...ids: number[]) => ({ items: ids.map((id) => shot({ id })), next: "on" });

test("new shots come first, known ones are shown as they are now, none twice", () => {
  const data = { pages: [page(3, 2), page(1)], pageParams: [null, "on"] };
  const renamed = { ...shot({ id: 3 }), label: "changed" };
  const after = withShots(data, [shot({ id: 5 }), shot({ id: 4 }), renamed]);
  expect(after.pages.map(({ items }) => items.map(({ id }) => id))).toEqual([[5, 4, 3, 2], [1]]);
  expect(after.pages[0]?.items[2]?.label).toBe("changed");
  expect(after.pageParams).toEqual(data.pageParams);
});
