import { expect, test } from "vitest";
import { axesOf, axisOf, emptyAxis, numbers } from "./axes";

const cfg = { name: "cfg", node: "3", input: "cfg", kind: "float", choices: [] };
const sampler = { name: "sampler", node: "3", input: "sampler_name", kind: "choice", choices: [] };
const scheduler = { ...sampler, name: "scheduler", choices: ["simple", "beta"] };
const tiled = { ...sampler, name: "tiled", kind: "bool" };

test.each([
  ["3, 5,7", [3, 5, 7]],
  ["0.5", [0.5]],
  ["3, 3", [3]],
  ["4..8 step 2", { start: 4, stop: 8, step: 2 }],
  ["1 to 4", { start: 1, stop: 4, step: 1 }],
  ["-1..1/0.5", { start: -1, stop: 1, step: 0.5 }],
  ["three", undefined],
  ["", undefined],
  ["1..4 step 0", undefined],
])("%j is %j", (text, values) => expect(numbers(text)).toEqual(values));

test("a slot takes numbers or words, as it is made for", () => {
  const of = (slot: string, text: string) =>
    axisOf({ ...emptyAxis("1", "slot", slot), text }, [cfg, sampler]);
  expect(of("cfg", "3, 5")).toEqual({ kind: "slot", slot: "cfg", values: [3, 5] });
  expect(of("sampler", "euler, uni_pc")).toMatchObject({ values: ["euler", "uni_pc"] });
  expect(of("cfg", "soft")).toBeUndefined();
  expect(of("", "3")).toBeUndefined();
});

test("values that are known are ticked", () => {
  const of = (slot: string, ...chosen: string[]) =>
    axisOf({ ...emptyAxis("1", "slot", slot), chosen }, [scheduler, tiled]);
  expect(of("scheduler", "simple", "beta")).toMatchObject({ values: ["simple", "beta"] });
  expect(of("tiled", "true", "false")).toMatchObject({ values: [true, false] });
  expect(of("scheduler")).toBeUndefined();
});

test("workflows are ticked, in a version or as they are now", () => {
  const chosen = ["3", "3@1"];
  expect(axisOf({ ...emptyAxis("1", "workflow"), chosen }, [])).toEqual({
    kind: "workflow",
    workflows: [{ id: 3 }, { id: 3, version: 1 }],
  });
});

test("axes of LoRAs have names of their own", () => {
  const lora = (id: string, target: "" | "high") => ({
    ...emptyAxis(id, "lora"),
    loras: "film",
    target,
  });
  const axes = axesOf([lora("1", ""), lora("2", "high"), lora("3", ""), lora("4", "high")], []);
  expect([...axes.values()].map(({ name }) => name)).toEqual([
    undefined,
    undefined,
    "lora 2",
    "lora high 2",
  ]);
  expect(axes.get("2")).toMatchObject({ target: "high" });
});

test("an axis that varies nothing yet is left out", () => {
  const axes = axesOf([emptyAxis("1", "seed"), { ...emptyAxis("2", "seed"), text: "1" }], []);
  expect([...axes.keys()]).toEqual(["2"]);
});

test("weights that are no numbers are no axis", () => {
  const draft = { ...emptyAxis("1", "lora"), loras: "film" };
  expect(axisOf({ ...draft, text: "strong" }, [])).toBeUndefined();
});

test("negative prompts are varied by themselves", () => {
  expect(axisOf({ ...emptyAxis("1", "negative_prompt"), text: "text\nhands" }, [])).toEqual({
    kind: "prompt",
    name: "negative prompt",
    variants: [
      { label: "1 text", negative_prompt: "text" },
      { label: "2 hands", negative_prompt: "hands" },
    ],
  });
});

test("LoRAs without weights are at full strength", () => {
  expect(axisOf({ ...emptyAxis("1", "lora"), loras: "film, grain", baseline: true }, [])).toEqual({
    kind: "lora",
    names: ["film", "grain"],
    weights: [1],
    baseline: true,
  });
  expect(axisOf(emptyAxis("1", "lora"), [])).toBeUndefined();
});

test("every line is a prompt of its own, commas and all", () => {
  const axis = axisOf({ ...emptyAxis("1", "prompt"), text: "rain, neon\n\nsun" }, []);
  expect(axis).toMatchObject({
    variants: [
      { label: "1 rain, neon", start: "rain, neon", full: "rain, neon" },
      { label: "2 sun", start: "sun" },
    ],
  });
});
