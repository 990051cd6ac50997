/** What a batch varies, as it is typed: `3, 5, 7`, or `4..8 step 2`. */

import type { components } from "@/api/schema";
import type { Slot } from "@/api/types";

export type Axis = components["schemas"]["BatchRequest"]["axes"][number];
type Range = components["schemas"]["Range"];

export interface AxisDraft {
  id: string;
  kind: "slot" | "seed" | "lora" | "prompt";
  slot: string;
  /** Values as they are typed; prompts one a line. */
  text: string;
  loras: string;
  baseline: boolean;
}

export function emptyAxis(id: string, kind: AxisDraft["kind"], slot = ""): AxisDraft {
  return { id, kind, slot, text: "", loras: "", baseline: false };
}

/** The axis as the api takes it; undefined while there is nothing to vary. */
export function axisOf(draft: AxisDraft, slots: readonly Slot[]): Axis | undefined {
  switch (draft.kind) {
    case "slot": {
      const slot = slots.find(({ name }) => name === draft.slot);
      const isNumber = slot?.kind === "int" || slot?.kind === "float";
      const values = isNumber ? numbers(draft.text) : words(draft.text).map(asChoice);
      return draft.slot && values
        ? axis(values, { kind: "slot", slot: draft.slot, values })
        : undefined;
    }
    case "seed": {
      const values = numbers(draft.text);
      return values ? axis(values, { kind: "seed", values }) : undefined;
    }
    case "lora": {
      const names = words(draft.loras);
      const weights = numbers(draft.text) ?? [1];
      return axis(names, { kind: "lora", names, weights, baseline: draft.baseline });
    }
    case "prompt": {
      const texts = draft.text.split("\n").map((line) => line.trim());
      const variants = texts.filter(Boolean).map((text, index) => ({
        label: `${index + 1} ${text}`.slice(0, 40).trim(),
        start: text,
        full: text,
      }));
      return axis(variants, { kind: "prompt", variants });
    }
  }
}

function axis(values: Range | readonly unknown[], made: Axis): Axis | undefined {
  return Array.isArray(values) && values.length === 0 ? undefined : made;
}

/** Numbers between commas, or a range; undefined where something is neither. */
export function numbers(text: string): number[] | Range | undefined {
  const range = /^\s*(-?[\d.]+)\s*(?:\.\.|–|to)\s*(-?[\d.]+)(?:\s*(?:step|by|\/)\s*([\d.]+))?\s*$/;
  const found = range.exec(text);
  if (found) {
    const [start, stop, step] = [found[1], found[2], found[3] ?? 1].map(Number);
    const isRange = [start, stop, step].every(Number.isFinite) && step! > 0;
    return isRange ? { start: start!, stop: stop!, step: step! } : undefined;
  }
  const values = words(text).map(Number);
  return values.length && values.every(Number.isFinite) ? values : undefined;
}

function words(text: string): string[] {
  const all = text.split(/[,\n]/).map((word) => word.trim());
  return [...new Set(all.filter(Boolean))];
}

function asChoice(word: string): string | boolean {
  return word === "true" ? true : word === "false" ? false : word;
}
