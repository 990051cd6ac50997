/** A scene type while it is edited: what stands in the fields, before it is checked. */

import { ProblemError } from "@/api/problem";
import type { Lora, SceneType, SceneTypeChanges, Slot } from "@/api/types";

export interface LoraDraft {
  id: number;
  name: string;
  weight: string;
  target: "" | "high" | "low";
}

export interface LimitsDraft {
  warn: string;
  fail: string;
}

export interface Draft {
  name: string;
  workflow_id: number;
  prompts: { start: string; continuation: string; full: string };
  negative_prompt: string;
  loras: LoraDraft[];
  /** As text; what is empty or missing is the workflow's default. */
  slot_values: Record<string, string>;
  target_duration_s: string;
  segment_duration_s: string;
  duration_tolerance_s: string;
  boundary: { mode: "last" | "calmest" | "manual"; window: string };
  qa: {
    mode: "advice" | "halt";
    stop_hopeless: boolean;
    loop: boolean;
    limits: Record<string, LimitsDraft>;
  };
  seed: string;
}

const text = (value: unknown) => (value == null ? "" : String(value));

export function loraDraft(id: number, lora?: Lora): LoraDraft {
  const { name = "", weight = 1, target } = lora ?? {};
  return { id, name, weight: text(weight), target: target ?? "" };
}

export function draftOf(saved: SceneType): Draft {
  return {
    name: saved.name,
    workflow_id: saved.workflow_id,
    prompts: {
      start: saved.prompts.start ?? "",
      continuation: saved.prompts.continuation ?? "",
      full: saved.prompts.full ?? "",
    },
    negative_prompt: saved.negative_prompt,
    loras: saved.loras.map((lora, at) => loraDraft(at + 1, lora)),
    slot_values: Object.fromEntries(
      Object.entries(saved.slot_values).map(([name, value]) => [name, text(value)]),
    ),
    target_duration_s: text(saved.target_duration_s),
    segment_duration_s: text(saved.segment_duration_s),
    duration_tolerance_s: text(saved.duration_tolerance_s),
    boundary: { mode: saved.boundary.mode, window: text(saved.boundary.window) },
    qa: {
      mode: saved.qa.mode,
      stop_hopeless: saved.qa.stop_hopeless,
      loop: saved.qa.loop,
      limits: Object.fromEntries(
        Object.entries(saved.qa.limits ?? {}).map(([name, { warn, fail }]) => [
          name,
          { warn: text(warn), fail: text(fail) },
        ]),
      ),
    },
    seed: text(saved.seed),
  };
}

/** What is wrong, by field: `target_duration_s`, `slot_values.cfg`; "" for what has no field. */
export type Faults = Record<string, string>;

/** What the fields say as the api takes it, and what is no value of its kind. */
export function changesOf(
  draft: Draft,
  slots: Slot[],
): { changes: SceneTypeChanges; faults: Faults } {
  const faults: Faults = {};
  const number = (field: string, value: string): number => {
    const read = Number(value.trim().replace(",", "."));
    if (!value.trim() || Number.isNaN(read)) faults[field] = "This has to be a number.";
    return read;
  };
  const optional = (field: string, value: string) => (value.trim() ? number(field, value) : null);
  const slotValues: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(draft.slot_values)) {
    const kind = slots.find((slot) => slot.name === name)?.kind;
    if (kind === undefined && slots.length) continue; // Another workflow's, or taken away.
    if (value === "") continue;
    if (kind === "int" || kind === "float") slotValues[name] = number(`slot_values.${name}`, value);
    else if (kind === "bool" || kind === "boolean") slotValues[name] = value === "true";
    else slotValues[name] = value;
  }
  const limits: Record<string, { warn?: number | null; fail?: number | null }> = {};
  for (const [name, { warn, fail }] of Object.entries(draft.qa.limits)) {
    if (!warn.trim() && !fail.trim()) continue;
    limits[name] = {
      warn: optional(`qa.limits.${name}.warn`, warn),
      fail: optional(`qa.limits.${name}.fail`, fail),
    };
  }
  const changes = {
    name: draft.name.trim(),
    workflow_id: draft.workflow_id,
    prompts: {
      start: draft.prompts.start.trim() || null,
      continuation: draft.prompts.continuation.trim() || null,
      full: draft.prompts.full.trim() || null,
    },
    negative_prompt: draft.negative_prompt,
    loras: draft.loras
      .filter(({ name }) => name.trim())
      .map(({ name, weight, target }, at) => ({
        name: name.trim(),
        weight: number(`loras[${at}].weight`, weight),
        ...(target ? { target } : {}),
      })),
    slot_values: slotValues,
    target_duration_s: number("target_duration_s", draft.target_duration_s),
    segment_duration_s: number("segment_duration_s", draft.segment_duration_s),
    duration_tolerance_s: number("duration_tolerance_s", draft.duration_tolerance_s || "0"),
    boundary: {
      mode: draft.boundary.mode,
      window: number("boundary.window", draft.boundary.window),
    },
    qa: {
      mode: draft.qa.mode,
      stop_hopeless: draft.qa.stop_hopeless,
      loop: draft.qa.loop,
      limits,
    },
    seed: optional("seed", draft.seed),
  };
  return { changes: changes as SceneTypeChanges, faults };
}

/** What the api found, at the fields it names; the rest under "". */
export function faultsOf(error: unknown): Faults {
  if (!(error instanceof ProblemError)) return {};
  const faults: Faults = {};
  for (const { where, message } of (error.problem.errors ?? []) as {
    where: string;
    message: string;
  }[]) {
    const slot = /^slot "([^"]+)"/.exec(message)?.[1];
    const field = where.replace(/^body\.?/, "") || (slot ? `slot_values.${slot}` : "");
    faults[field] = faults[field] ? `${faults[field]} ${message}.` : `${message}.`;
  }
  return faults;
}

export function isSame(one: Draft, other: Draft): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
