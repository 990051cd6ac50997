import { expect, test } from "vitest";
import { axisOf, emptyAxis, numbers } from "./axes";

const cfg = { name: "cfg", node: "3", input: "cfg", kind: "float", choices: [] };
const sampler = { name: "sampler", node: "3", input: "sampler_name", kind: "choice", choices: [] };

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
