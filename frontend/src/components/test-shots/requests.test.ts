import { expect, test } from "vitest";
import { type Action, change, emptyDraft } from "./configurations";
import {
  abBody,
  batchBody,
  isPair,
  type Plan,
  quoteBody,
  shotBody,
  USUAL,
  ways,
  whyNot,
} from "./requests";

const plan = (over: Partial<Plan> = {}, ...actions: Action[]): Plan => ({
  sceneTypeId: 1,
  characterIds: [7],
  axes: [],
  baseline: false,
  options: USUAL,
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

const other: Action = { do: "set-workflow", workflow: { id: 3, version: 2 }, slots: ["cfg"] };

test("a side has a workflow of its own, and the other keeps the scene type's", () => {
  const pair = plan({}, { do: "add" }, other);
  expect(abBody(pair)).toMatchObject({
    a: { workflow: null },
    b: { workflow: { id: 3, version: 2 } },
  });
  // One alone would be rendered with the scene type's workflow: it is not what one sees.
  expect(ways(pair)).toEqual(["ab"]);
  expect(ways(plan({}, { do: "add" }, other, { do: "select", id: "1" }))).toEqual(["one", "ab"]);
});

test("a workflow of its own is never left out of what is asked for", () => {
  const side = [{ do: "add" }, other] as const;
  expect(ways(plan({ characterIds: [7, 8] }, ...side))).toEqual([]);
  expect(ways(plan({ axes: [{ ...seeds, values: [1, 2] }] }, ...side))).toEqual([]);
  expect(ways(plan({ sceneId: 3 }, ...side))).toEqual([]);
  expect(ways(plan({}, ...side, { do: "add" }))).toEqual(["one"]);
  expect(ways(plan({}, other))).toEqual([]);
  expect(whyNot(plan({ characterIds: [7, 8] }, ...side))).toMatch(/^B has a workflow of its own/);
  expect(whyNot(plan({}, ...side))).toBeUndefined();
  expect(whyNot(plan({ characterIds: [] }))).toBeUndefined();
  expect(isPair(plan({}, ...side))).toBe(true);
  expect(isPair(plan({ characterIds: [7, 8] }, ...side))).toBe(false);
});

test("a side is priced with its workflow", () => {
  expect(quoteBody(plan({}, { do: "add" }, other))).toMatchObject({
    batch: { character_ids: [7], axes: [{ kind: "workflow", workflows: [{ id: 3, version: 2 }] }] },
  });
});

test("everything can be rendered anew, and a batch put first", () => {
  const options = { fresh: true, priority: 10 };
  expect(shotBody(plan({ options }))).toMatchObject({ fresh: true });
  expect(abBody(plan({ options }, { do: "add" }))).toMatchObject({ fresh: true });
  expect(batchBody(plan({ options }))).toMatchObject({ fresh: true, priority: 10 });
  expect(quoteBody(plan({ options }))).toMatchObject({ shot: { fresh: true } });
});
