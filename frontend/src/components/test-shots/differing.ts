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

/** Stands for a parameter that has several values. */
const SEVERAL = Symbol("several");

interface Summary {
  shots: number;
  /** By place: the one value that was seen, or that there are several. */
  values: Map<string, unknown>;
  counts: Map<string, number>;
}

/** Pages stay as they are while more are loaded, so each is read once. */
const summaries = new WeakMap<readonly Shot[], Summary>();

/**
 * Names of the parameters that not all shots of these pages share, most telling first.
 *
 * One that some shots lack differs too. Prompts differ if they do for one character in one scene
 * type. Nothing differs within one shot.
 */
export function differing(...pages: ReadonlyArray<readonly Shot[]>): string[] {
  const all: Summary = { shots: 0, values: new Map(), counts: new Map() };
  for (const page of pages) {
    const { shots, values, counts } = summary(page);
    all.shots += shots;
    for (const [place, value] of values) put(all, place, value);
    for (const [name, count] of counts) all.counts.set(name, (all.counts.get(name) ?? 0) + count);
  }
  const differ = new Set<string>();
  for (const [place, value] of all.values) if (value === SEVERAL) differ.add(nameOf(place));
  for (const [name, count] of all.counts) {
    if (count < all.shots && !PROMPTS.has(name)) differ.add(name);
  }
  const names = [...all.counts.keys()].filter((name) => differ.has(name));
  return names.sort((a, b) => LAST.indexOf(a) - LAST.indexOf(b));
}

function summary(page: readonly Shot[]): Summary {
  const found = summaries.get(page);
  if (found) return found;
  const made: Summary = { shots: page.length, values: new Map(), counts: new Map() };
  for (const shot of page) {
    for (const [name, value] of flatten(shot)) {
      const { scene_type, character } = shot;
      put(made, PROMPTS.has(name) ? `${name}\n${scene_type.id} ${character.id}` : name, value);
      made.counts.set(name, (made.counts.get(name) ?? 0) + 1);
    }
  }
  summaries.set(page, made);
  return made;
}

function put({ values }: Summary, place: string, value: unknown): void {
  if (!values.has(place)) values.set(place, value);
  else if (values.get(place) !== value) values.set(place, SEVERAL);
}

function nameOf(place: string): string {
  return place.split("\n", 1)[0] ?? place;
}

/** What one shot has of them. A text that the others have and this one lacks is no news. */
export function chips(shot: Shot, names: readonly string[]): Chip[] {
  const flat = flatten(shot);
  const all = names.map((name) => ({ name, value: flat.get(name) }));
  return all.filter(({ name, value }) => value !== undefined || !LAST.includes(name));
}
