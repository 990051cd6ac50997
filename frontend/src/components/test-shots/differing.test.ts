import { expect, test } from "vitest";
import { chips, differing } from "./differing";
import { shot } from "./shot-samples";

const soft = shot({ id: 1, values: { cfg: 4, steps: 20 }, seed: 1 });
const strong = shot({ id: 2, values: { cfg: 9, steps: 20 }, seed: 2 });

test("what all shots share is no difference, and the seed comes after what was chosen", () => {
  expect(differing([soft, strong])).toEqual(["cfg", "seed"]);
  expect(chips(strong, ["cfg", "seed"])).toEqual([
    { name: "cfg", value: 9 },
    { name: "seed", value: 2 },
  ]);
});

test("nothing differs within one shot or none", () => {
  expect(differing([soft])).toEqual([]);
  expect(differing([])).toEqual([]);
});

test("a LoRA differs by its weight, and where others are without it", () => {
  const film = { name: "looks/film.safetensors", weight: 0.8 };
  const names = differing([
    shot({ id: 1, loras: [film] }),
    shot({ id: 2, loras: [{ ...film, weight: 0.4 }] }),
    shot({ id: 3, loras: [] }),
  ]);
  expect(names).toEqual(["film"]);
  expect(chips(shot({ id: 3, loras: [] }), names)).toEqual([{ name: "film", value: undefined }]);
});

test("slots that repeat the seed, the prompts or a LoRA are not told twice", () => {
  const one = shot({ id: 1, seed: 1, values: { seed: 1, prompt: "a", lora_1_weight: 1 } });
  const two = shot({ id: 2, seed: 2, values: { seed: 2, prompt: "b", lora_1_weight: 2 } });
  expect(differing([one, two])).toEqual(["seed"]);
});

test("versions of a workflow differ", () => {
  const at = (version: number) => ({ id: 1, name: "Wan", version, renderer: "builtin" });
  expect(differing([shot({ id: 1, workflow: at(1) }), shot({ id: 2, workflow: at(2) })])).toEqual([
    "workflow",
  ]);
});

test("a prompt differs if it does for one character, and not because it names another", () => {
  const mina = { id: 1, name: "Mina" };
  const jun = { id: 2, name: "Jun" };
  const walks = { ...shot({ id: 1, prompt: "Mina walks" }), character: mina };
  const other = { ...shot({ id: 2, prompt: "Jun walks" }), character: jun };
  const runs = { ...shot({ id: 3, prompt: "Mina runs" }), character: mina };
  expect(differing([walks, other])).toEqual([]);
  expect(differing([walks, other, runs])).toEqual(["prompt"]);
});

test("what differs from one page to the next differs, too", () => {
  expect(differing([soft], [strong])).toEqual(["cfg", "seed"]);
  expect(differing([soft], [soft])).toEqual([]);
});
