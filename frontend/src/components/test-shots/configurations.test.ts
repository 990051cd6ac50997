import { expect, test } from "vitest";
import {
  type Action,
  activeOf,
  change,
  emptyDraft,
  filled,
  hasOverrides,
  isChanged,
  isDraft,
  MOST,
  overrides,
} from "./configurations";

const after = (...actions: Action[]) => actions.reduce(change, emptyDraft());
const names = (draft: ReturnType<typeof after>) => draft.configurations.map(({ name }) => name);

test("there is always one configuration, which changes nothing", () => {
  expect(overrides(activeOf(emptyDraft()))).toEqual({
    values: {},
    loras: null,
    seed: null,
    prompts: {},
    negative_prompt: null,
  });
  expect(names(after({ do: "remove", id: "1" }))).toEqual(["A"]);
});

test("a copy starts as its source and then goes its own way", () => {
  const draft = after(
    { do: "set-slot", slot: "cfg", value: 4 },
    { do: "duplicate", id: "1" },
    { do: "set-slot", slot: "cfg", value: 9 },
  );
  expect(draft.configurations.map(({ name, values }) => [name, values])).toEqual([
    ["A", { cfg: 4 }],
    ["B", { cfg: 9 }],
  ]);
});

test("a shot that is opened never overwrites what is being edited", () => {
  const asked = { values: { cfg: 7 }, loras: [], seed: 3, prompts: { start: "x" } };
  const draft = after(
    { do: "set-slot", slot: "cfg", value: 4 },
    { do: "open", name: "Shot 12", overrides: asked },
  );
  expect(names(draft)).toEqual(["A", "Shot 12"]);
  expect(draft.configurations[0]?.values).toEqual({ cfg: 4 });
  expect(activeOf(draft)).toMatchObject({ values: { cfg: 7 }, loras: [], seed: 3 });
});

test("setting a slot back leaves no trace of it", () => {
  const draft = after(
    { do: "set-slot", slot: "cfg", value: 4 },
    { do: "set-slot", slot: "cfg", value: undefined },
  );
  expect(activeOf(draft).values).toEqual({});
});

test("when the edited one goes, its neighbour is edited, and its letter is free again", () => {
  const draft = after({ do: "add" }, { do: "add" }, { do: "select", id: "2" });
  const without = change(draft, { do: "remove", id: "2" });
  expect(names(without)).toEqual(["A", "C"]);
  expect(activeOf(without).name).toBe("C");
  expect(activeOf(change(without, { do: "add" })).name).toBe("B");
});

test("there are not more than can be seen side by side", () => {
  const many = Array.from({ length: MOST + 3 }, (): Action => ({ do: "add" }));
  expect(after(...many).configurations).toHaveLength(MOST);
});

test("LoRAs without a name yet are not asked for", () => {
  const draft = after({ do: "set", changes: { loras: [{ name: " ", weight: 1 }] } });
  expect(overrides(activeOf(draft)).loras).toEqual([]);
});

test("what storage held is only taken if it is a draft", () => {
  expect(isDraft(JSON.parse(JSON.stringify(after({ do: "add" }))))).toBe(true);
  expect(isDraft({ configurations: [], active: "1" })).toBe(false);
  expect(isDraft({ configurations: [{ id: "1", name: "A" }], active: "1" })).toBe(false);
  expect(isDraft(null)).toBe(false);
});

test("a shot that is opened twice is there once, unless it was changed", () => {
  const open: Action = {
    do: "open",
    name: "Shot 12",
    overrides: { values: { cfg: 7 }, prompts: {} },
  };
  expect(names(after(open, { do: "select", id: "1" }, open))).toEqual(["A", "Shot 12"]);
  expect(after(open, { do: "set-slot", slot: "cfg", value: 8 }, open).configurations).toHaveLength(
    3,
  );
});

test("a preset takes the place of what changes nothing, and else stands beside it", () => {
  const preset = { name: "soft", overrides: { values: { cfg: 4 }, prompts: {}, loras: null } };
  const first = change(emptyDraft(), { do: "apply", ...preset });
  expect(first.configurations).toMatchObject([{ name: "soft", values: { cfg: 4 } }]);

  const edited = change(first, { do: "set-slot", slot: "cfg", value: 5 });
  const second = change(edited, { do: "apply", ...preset });
  expect(second.configurations).toMatchObject([{ values: { cfg: 5 } }, { values: { cfg: 4 } }]);
  expect(activeOf(second).values).toEqual({ cfg: 4 });
});

test("values of slots that another workflow lacks go with the change to it", () => {
  const draft = after(
    { do: "set-slot", slot: "cfg", value: 4 },
    { do: "set-slot", slot: "shift", value: 8 },
    { do: "set-workflow", workflow: { id: 3 }, slots: ["cfg", "steps"] },
  );
  expect(activeOf(draft)).toMatchObject({ workflow: { id: 3 }, values: { cfg: 4 } });
});

test("a workflow of its own is a change, and nothing that a preset would keep", () => {
  const draft = after({ do: "set-workflow", workflow: { id: 3 }, slots: [] });
  expect(isChanged(activeOf(draft))).toBe(true);
  expect(hasOverrides(activeOf(draft))).toBe(false);
  expect(overrides(activeOf(draft))).not.toHaveProperty("workflow");
});

test("a draft from before configurations had a workflow has the scene type's", () => {
  const { workflow: _, ...old } = activeOf(emptyDraft());
  const draft = filled({ configurations: [old as never], active: old.id });
  expect(activeOf(draft).workflow).toBeNull();
  expect(isChanged(activeOf(draft))).toBe(false);
});
