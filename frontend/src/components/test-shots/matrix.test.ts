import { expect, test } from "vitest";
import { matrix } from "./matrix";

const cell = (index: number, ...at: (number | null)[]) => ({
  index,
  at,
  character_id: 1,
  label: `cell ${index}`,
  differs: {},
  recipe_hash: "",
  is_kept: false,
  is_rendered: false,
  is_rendering: false,
  estimate_s: null,
});
const axes = [
  { name: "character", kind: "character", labels: ["Mina", "Jun"] },
  { name: "cfg", kind: "slot", labels: ["3", "5"] },
];

test("the last axis is across, and every cell is at its place", () => {
  const cells = [cell(0, 0, 0), cell(1, 0, 1), cell(2, 1, 0), cell(3, 1, 1)];
  const { columns, rows } = matrix({ axes, cells });
  expect(columns).toEqual(["cfg 3", "cfg 5"]);
  expect(rows.map(({ label, cells }) => [label, cells.map((one) => one?.index)])).toEqual([
    ["Mina", [0, 1]],
    ["Jun", [2, 3]],
  ]);
});

test("a baseline stands where nothing is varied", () => {
  const { columns, rows } = matrix({ axes, cells: [cell(0, 0, 0), cell(1, 0, null)] });
  expect(columns).toEqual(["cfg 3", "unvaried"]);
  expect(rows).toHaveLength(1);
});

test("what is down says what its numbers are of, and a baseline only once that it is one", () => {
  const three = [axes[0]!, axes[1]!, { name: "seed", kind: "seed", labels: ["7"] }];
  const { columns, rows } = matrix({
    axes: three,
    cells: [cell(0, 0, null, null), cell(1, 0, 1, 0)],
  });
  expect(columns).toEqual(["unvaried", "seed 7"]);
  expect(rows.map(({ label }) => label)).toEqual(["Mina · unvaried", "Mina · cfg 5"]);
});
