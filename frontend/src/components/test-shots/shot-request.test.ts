import { expect, test } from "vitest";
import { changesOf, overridesOf } from "./shot-request";
import { shot } from "./shot-samples";

test("a test shot is asked for again with all that decided its pixels", () => {
  const film = { name: "film.safetensors", weight: 0.8 };
  const again = overridesOf(
    shot({
      id: 1,
      seed: 7,
      loras: [film],
      prompt: "Mina walks",
      prompts: { start: "Mina walks", continuation: null },
      negative_prompt: "",
      values: { cfg: 4, seed: 7, prompt: "Mina walks", lora_1: "film.safetensors" },
    }),
  );
  expect(again).toEqual({
    values: { cfg: 4 },
    loras: [film],
    seed: 7,
    prompts: { start: "Mina walks" },
    negative_prompt: "",
  });
});

test("without LoRAs it asks for none, and not for the scene type's", () => {
  expect(overridesOf(shot({ id: 1 })).loras).toEqual([]);
});

test("only what differs from the scene type is a change", () => {
  const film = { name: "film.safetensors", weight: 0.8 };
  const sceneType = { slot_values: { cfg: 6 }, loras: [film], seed: 42, negative_prompt: "text" };
  const slots = [
    { name: "cfg", node: "3", input: "cfg", kind: "float", default: 5, choices: [] },
    { name: "steps", node: "3", input: "steps", kind: "int", default: 20, choices: [] },
  ];
  const asked = {
    values: { cfg: 6, steps: 20 },
    loras: [{ ...film, target: null }],
    seed: 42,
    prompts: {},
    negative_prompt: "text",
  };
  const none = { values: {}, loras: null, seed: null, prompts: {}, negative_prompt: null };
  expect(changesOf(asked, sceneType, slots)).toEqual(none);
  const other = { ...asked, values: { cfg: 5, steps: 20 }, loras: [], seed: 7 };
  expect(changesOf(other, sceneType, slots)).toEqual({
    ...none,
    values: { cfg: 5 },
    loras: [],
    seed: 7,
  });
});
