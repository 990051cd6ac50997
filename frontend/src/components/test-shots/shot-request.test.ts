import { expect, test } from "vitest";
import { overridesOf } from "./shot-request";
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
