import { expect, test } from "vitest";
import { type Action, change, emptyDraft } from "./configurations";
import { abBody, batchBody, type Plan, quoteBody, ways } from "./requests";

const plan = (over: Partial<Plan> = {}, ...actions: Action[]): Plan => ({
  sceneTypeId: 1,
  characterIds: [7],
  axes: [],
  baseline: false,
  draft: actions.reduce(change, emptyDraft()),
  ...over,
});
const seeds = { kind: "seed", values: [1, 2] } as const;

test("what fits decides the ways to ask", () => {
  expect(ways(plan())).toEqual(["one"]);
  expect(ways(plan({}, { do: "add" }))).toEqual(["one", "ab"]);
  expect(ways(plan({}, { do: "add" }, { do: "add" }))).toEqual(["one", "batch"]);
  expect(ways(plan({ characterIds: [7, 8] }))).toEqual(["batch"]);
  expect(ways(plan({ axes: [{ ...seeds, values: [1, 2] }] }))).toEqual(["batch"]);
  expect(ways(plan({ characterIds: [] }))).toEqual([]);
  expect(ways(plan({ sceneId: 3, characterIds: [] }))).toEqual(["one"]);
});

test("one configuration is the base of a batch, several are an axis", () => {
  const cfg: Action = { do: "set-slot", slot: "cfg", value: 4 };
  expect(batchBody(plan({}, cfg))).toMatchObject({ base: { values: { cfg: 4 } } });
  expect(batchBody(plan({}, cfg)).variations).toHaveLength(1);
  expect(batchBody(plan({}, cfg, { do: "duplicate", id: "1" }))).toMatchObject({
    base: { values: {} },
    variations: [
      { name: "A", values: { cfg: 4 } },
      { name: "B", values: { cfg: 4 } },
    ],
  });
});

test("A stands against B with their names", () => {
  const body = abBody(plan({}, { do: "add" }, { do: "set-slot", slot: "cfg", value: 9 }));
  expect(body).toMatchObject({
    name: "A against B",
    a: { label: "A", values: {} },
    b: { label: "B", values: { cfg: 9 } },
  });
});

test("what is priced is what would be asked for", () => {
  expect(quoteBody(plan())).toMatchObject({ shot: { scene_type_id: 1, character_id: 7 } });
  expect(quoteBody(plan({ sceneId: 3 }))).toMatchObject({ shot: { scene_id: 3 } });
  expect(quoteBody(plan({ characterIds: [7, 8] }))).toMatchObject({
    batch: { character_ids: [7, 8] },
  });
});

test("a baseline is there only beside what is varied", () => {
  expect(batchBody(plan({ baseline: true }))).not.toHaveProperty("baseline");
  const varied = plan({ baseline: true, axes: [{ ...seeds, values: [1, 2] }] });
  expect(batchBody(varied)).toMatchObject({ baseline: { values: {}, prompts: {} } });
});
