/** Presets: what a configuration changes of its scene type, under a name. Nothing here asks or draws. */

import type { Preset } from "@/api/types";
import { counted } from "@/ui/format";
import { type Configuration, overrides, read } from "./configurations";
import { loraName } from "./parameters";
import type { Overrides } from "./shot-request";

/** By name, as people look for them. */
export function byName(presets: readonly Preset[]): Preset[] {
  return [...presets].sort((a, b) => a.name.localeCompare(b.name));
}

/** The preset a configuration has not been changed from, whatever it is called. */
export function presetOf(
  configuration: Configuration,
  presets: readonly Preset[],
): Preset | undefined {
  const own = canonical(overrides(configuration));
  return presets.find((preset) => canonical(preset.overrides as Overrides) === own);
}

const NAMED = 3;

/** In a few words: `cfg 4.5, film-look 0.8, seed 42, prompt`. */
export function summary(asked: Overrides): string {
  const { values, loras, seed, prompts, negative_prompt } = read(asked);
  const parts = Object.entries(values).map(
    ([name, value]) => `${name.replaceAll("_", " ")} ${value}`,
  );
  if (loras?.length === 0) parts.push("no LoRA");
  for (const lora of loras ?? []) parts.push(`${loraName(lora)} ${lora.weight}`);
  if (seed !== null) parts.push(seed === "random" ? "random seed" : `seed ${seed}`);
  const shown = parts.slice(0, NAMED);
  if (parts.length > NAMED) shown.push(`${parts.length - NAMED} more`);
  const texts = Object.keys(prompts).length + Number(negative_prompt !== null);
  if (texts) shown.push(counted(texts, "text"));
  return shown.join(", ") || "nothing";
}

/** The database keeps no order of names. */
function canonical(asked: Overrides): string {
  return JSON.stringify(read(asked), (_, value) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
