/** What a batch varies, as it is typed: `3, 5, 7`, or `4..8 step 2`. */

import type { components } from "@/api/schema";
import type { Lora, Slot, WorkflowChoice } from "@/api/types";

export type Axis = components["schemas"]["BatchRequest"]["axes"][number];
type Range = components["schemas"]["Range"];

export interface AxisDraft {
  id: string;
  kind: "slot" | "seed" | "lora" | "prompt" | "negative_prompt" | "workflow";
  slot: string;
  /** Values as they are typed; prompts one a line. */
  text: string;
  loras: string;
  /** Which of a workflow's two models the LoRAs are for; empty: as their names say. */
  target: "" | NonNullable<Lora["target"]>;
  baseline: boolean;
  /** Values and workflows that are ticked. */
  chosen: string[];
}

export function emptyAxis(id: string, kind: AxisDraft["kind"], slot = ""): AxisDraft {
  return { id, kind, slot, text: "", loras: "", target: "", baseline: false, chosen: [] };
}

/** What a slot is varied by ticking; undefined: what is typed. */
export function choicesOf(slot: Slot | undefined): readonly string[] | undefined {
  if (slot?.kind === "bool" || slot?.kind === "boolean") return ["true", "false"];
  return slot?.choices?.length ? slot.choices : undefined;
}

/** The axes as the api takes them, without those that vary nothing yet; by the id of their draft. */
export function axesOf(drafts: readonly AxisDraft[], slots: readonly Slot[]): Map<string, Axis> {
  const axes = new Map<string, Axis>();
  const names = new Set<string>();
  for (const draft of drafts) {
    const made = axisOf(draft, slots);
    if (!made) continue;
    // Two of LoRAs make one stack, and each needs a name of its own.
    const name = freeName(nameOf(made), names);
    names.add(name);
    axes.set(draft.id, made.kind === "lora" && name !== nameOf(made) ? { ...made, name } : made);
  }
  return axes;
}

/** The axis as the api takes it; undefined while there is nothing to vary. */
export function axisOf(draft: AxisDraft, slots: readonly Slot[]): Axis | undefined {
  switch (draft.kind) {
    case "slot":
      return slotAxis(draft, slots);
    case "seed": {
      const values = numbers(draft.text);
      return values ? axis(values, { kind: "seed", values }) : undefined;
    }
    case "lora": {
      const names = words(draft.loras);
      const weights = draft.text.trim() ? numbers(draft.text) : [1];
      if (!weights) return undefined;
      const target = draft.target ? { target: draft.target } : {};
      return axis(names, { kind: "lora", names, weights, baseline: draft.baseline, ...target });
    }
    case "prompt": {
      const variants = lines(draft.text).map(({ label, text }) => ({
        label,
        start: text,
        full: text,
      }));
      return axis(variants, { kind: "prompt", variants });
    }
    case "negative_prompt": {
      const variants = lines(draft.text).map(({ label, text }) => ({
        label,
        negative_prompt: text,
      }));
      return axis(variants, { kind: "prompt", name: "negative prompt", variants });
    }
    case "workflow": {
      const workflows = draft.chosen.map(workflowOf);
      return axis(workflows, { kind: "workflow", workflows });
    }
  }
}

function slotAxis(draft: AxisDraft, slots: readonly Slot[]): Axis | undefined {
  const slot = slots.find(({ name }) => name === draft.slot);
  if (!slot) return undefined;
  const isNumber = slot.kind === "int" || slot.kind === "float";
  const values = choicesOf(slot)
    ? draft.chosen.map(asChoice)
    : isNumber
      ? numbers(draft.text)
      : words(draft.text);
  return values ? axis(values, { kind: "slot", slot: slot.name, values }) : undefined;
}

function axis(values: Range | readonly unknown[], made: Axis): Axis | undefined {
  return Array.isArray(values) && values.length === 0 ? undefined : made;
}

/** A workflow as a value that can be ticked: `3`, the present version, or `3@2`. */
export function workflowKey({ id, version }: WorkflowChoice): string {
  return version ? `${id}@${version}` : String(id);
}

function workflowOf(key: string): WorkflowChoice {
  const [id, version] = key.split("@").map(Number);
  return version ? { id: id!, version } : { id: id! };
}

/** What the api calls an axis without a name. */
function nameOf(made: Axis): string {
  if (made.name) return made.name;
  if (made.kind === "slot") return made.slot;
  return made.kind === "lora" && made.target ? `lora ${made.target}` : made.kind;
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const free = number === 1 ? name : `${name} ${number}`;
    if (!taken.has(free)) return free;
  }
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

const LABEL_LENGTH = 40;

/** A text a line, each with a name to tell it by. */
function lines(text: string): { label: string; text: string }[] {
  const all = text.split("\n").map((line) => line.trim());
  return [...new Set(all.filter(Boolean))].map((line, index) => ({
    label: `${index + 1} ${line}`.slice(0, LABEL_LENGTH).trim(),
    text: line,
  }));
}

function words(text: string): string[] {
  const all = text.split(/[,\n]/).map((word) => word.trim());
  return [...new Set(all.filter(Boolean))];
}

function asChoice(word: string): string | boolean {
  return word === "true" ? true : word === "false" ? false : word;
}
