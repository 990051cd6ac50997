/** The parameters of a test shot as flat names and values: what people vary, once each. */

import type { Lora, Shot } from "@/api/types";

export type Flat = ReadonlyMap<string, unknown>;

/** What `Shot.parameters` holds; whatever a newer server adds is left alone. */
export interface Parameters {
  seed?: number;
  loras?: Lora[];
  prompt?: string;
  prompts?: Record<string, string | null>;
  negative_prompt?: string;
  values?: Record<string, boolean | number | string>;
  workflow?: { id: number; name: string; version: number; renderer: string };
}

/** Slots that say again what the parameters say themselves. */
const SAID_ELSEWHERE = /^(seed|prompt|negative_prompt|image|lora_\d+(_weight|_name)?)$/;

const known = new WeakMap<object, Flat>();

export function parametersOf(shot: Shot): Parameters {
  return shot.parameters as Parameters;
}

/** The values of slots that nothing else of the parameters says. */
export function slotValues(parameters: Parameters): Record<string, boolean | number | string> {
  const own = Object.entries(parameters.values ?? {}).filter(([name]) => !isSaidElsewhere(name));
  return Object.fromEntries(own);
}

export function isSaidElsewhere(slot: string): boolean {
  return SAID_ELSEWHERE.test(slot);
}

/** LoRAs by their name without the file's ending, then slots, workflow, seed and prompts. */
export function flatten(shot: Shot): Flat {
  const found = known.get(shot.parameters);
  if (found) return found;
  const parameters = parametersOf(shot);
  const flat = new Map<string, unknown>();
  for (const lora of parameters.loras ?? []) flat.set(loraName(lora), lora.weight);
  for (const [name, value] of Object.entries(slotValues(parameters))) flat.set(name, value);
  const { workflow, seed, negative_prompt, prompt } = parameters;
  if (workflow) flat.set("workflow", `${workflow.name} v${workflow.version}`);
  if (seed !== undefined) flat.set("seed", seed);
  if (prompt !== undefined) flat.set("prompt", prompt);
  if (negative_prompt) flat.set("negative prompt", negative_prompt);
  known.set(shot.parameters, flat);
  return flat;
}

export function loraName({ name, target }: Pick<Lora, "name" | "target">): string {
  const file = name.split(/[\\/]/).at(-1) ?? name;
  return file.replace(/\.(safetensors|ckpt|pt|bin)$/, "") + (target ? ` (${target})` : "");
}
