import { expect, test } from "vitest";
import type { Preset } from "@/api/types";
import { activeOf, change, emptyDraft } from "./configurations";
import { byName, presetOf, summary } from "./presets";

const preset = (name: string, overrides: Partial<Preset["overrides"]>): Preset => ({
  id: 1,
  scene_type_id: 1,
  name,
  overrides: { values: {}, prompts: {}, ...overrides },
  created_by_id: null,
  created_at: "",
  updated_at: "",
});

test("presets stand by their names", () => {
  expect(byName([preset("b", {}), preset("A", {})]).map(({ name }) => name)).toEqual(["A", "b"]);
});

test("a configuration is the preset it changes the same as, in whatever order", () => {
  const soft = preset("soft", {
    values: { steps: 8, cfg: 4 },
    prompts: { start: null, full: "rain" },
    loras: null,
  });
  const draft = change(emptyDraft(), { do: "apply", name: "mine", overrides: soft.overrides });
  const cfgFirst = { ...activeOf(draft), values: { cfg: 4, steps: 8 } };
  expect(presetOf(cfgFirst, [preset("other", {}), soft])).toBe(soft);
  expect(presetOf({ ...cfgFirst, seed: 1 }, [soft])).toBeUndefined();
});

test.each([
  [{}, "nothing"],
  [{ values: { cfg: 4.5 }, seed: 7 }, "cfg 4.5, seed 7"],
  [{ loras: [], seed: "random" as const }, "no LoRA, random seed"],
  [{ loras: [{ name: "a/film.pt", weight: 0.8, target: "high" as const }] }, "film (high) 0.8"],
  [
    { values: { a: 1, b: 2, c: 3, d: 4 }, prompts: { start: "x" } },
    "a 1, b 2, c 3, 1 more, 1 text",
  ],
])("%j in short: %s", (overrides, said) => {
  expect(summary({ values: {}, prompts: {}, ...overrides })).toBe(said);
});
