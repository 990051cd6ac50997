import { expect, test } from "vitest";
import type { Shot } from "@/api/types";
import { differences } from "./differences";

function shot(parameters: Record<string, unknown>, more: Partial<Shot> = {}): Shot {
  return {
    id: 1,
    label: "",
    character: { id: 1, name: "Eileen" },
    scene_type: { id: 1, name: "Slow portrait" },
    quality_score: 0.91,
    gpu_seconds: 3.14,
    parameters,
    ...more,
  } as Shot;
}

const names = (rows: { name: string }[]) => rows.map(({ name }) => name);

test("what differs comes first, by the names people use", () => {
  const { differing, same } = differences([
    shot({ seed: 42, values: { cfg: 4, steps: 20, seed: 42 }, prompt: "a" }),
    shot({ seed: 7, values: { cfg: 9, steps: 20, seed: 7 }, prompt: "a" }),
  ]);
  expect(names(differing)).toEqual(["seed", "cfg"]);
  expect(differing[1]?.values).toEqual(["4", "9"]);
  expect(names(same)).toContain("steps");
  expect(names(same)).toContain("prompt");
});

test("LoRAs are compared by name, wherever they stand in the stack", () => {
  const film = { name: "film-look.safetensors", weight: 0.8 };
  const grain = { name: "grain.safetensors", weight: 0.3 };
  const { differing } = differences([
    shot({ loras: [film, grain], values: { lora_1: film.name, lora_1_weight: 0.8 } }),
    shot({ loras: [grain], values: { lora_1: grain.name, lora_1_weight: 0.3 } }),
  ]);
  expect(differing).toEqual([{ name: "LoRA film-look", values: ["0.8", ""], differs: true }]);
});

test("what was measured stands after what was chosen", () => {
  const { differing } = differences([
    shot({ seed: 1, workflow: { name: "Wan", version: 1 } }, { quality_score: 0.5 }),
    shot({ seed: 2, workflow: { name: "Wan", version: 2 } }, { gpu_seconds: 8 }),
  ]);
  expect(names(differing)).toEqual(["workflow", "seed", "quality", "GPU time"]);
});

test("alone, nothing differs", () => {
  expect(differences([shot({ seed: 1 })]).differing).toEqual([]);
});
