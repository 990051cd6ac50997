/** Which parameters differ within what is looked at: those are worth a chip, the others are not. */

import type { Shot } from "@/api/types";
import { flatten } from "./parameters";

export interface Chip {
  name: string;
  /** Undefined: this shot has none of it, as of a LoRA that only others have. */
  value: unknown;
}

/** Long texts and random numbers say least at a glance. */
const LAST = ["workflow", "seed", "negative prompt", "prompt"];

/** What differs by itself from one character to the next, and from one scene type to the next. */
const PROMPTS = new Set(["prompt", "negative prompt"]);

/**
 * Names of the parameters that not all these shots share, most telling first.
 *
 * One that some shots lack differs too. Prompts differ if they do for one character in one scene
 * type. Nothing differs within one shot.
 */
export function differing(shots: readonly Shot[]): string[] {
  const values = new Map<string, unknown>();
  const counts = new Map<string, number>();
  const differ = new Set<string>();
  for (const shot of shots) {
    for (const [name, value] of flatten(shot)) {
      const place = PROMPTS.has(name) ? `${name} ${shot.scene_type.id} ${shot.character.id}` : name;
      if (!values.has(place)) values.set(place, value);
      else if (values.get(place) !== value) differ.add(name);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  for (const [name, count] of counts) {
    if (count < shots.length && !PROMPTS.has(name)) differ.add(name);
  }
  const names = [...counts.keys()].filter((name) => differ.has(name));
  return names.sort((a, b) => LAST.indexOf(a) - LAST.indexOf(b));
}

/** What one shot has of them. A text that the others have and this one lacks is no news. */
export function chips(shot: Shot, names: readonly string[]): Chip[] {
  const flat = flatten(shot);
  const all = names.map((name) => ({ name, value: flat.get(name) }));
  return all.filter(({ name, value }) => value !== undefined || !LAST.includes(name));
}
