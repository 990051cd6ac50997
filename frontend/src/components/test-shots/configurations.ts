/** Configurations side by side: what each changes of its scene type. Nothing here asks or draws. */

import type { Lora, WorkflowChoice } from "@/api/types";
import type { Overrides } from "./shot-request";

export type SlotValue = boolean | number | string;
export type Position = "start" | "continuation" | "full";

export interface Configuration {
  id: string;
  name: string;
  /** Only slots that differ from the scene type. */
  values: Record<string, SlotValue>;
  /** Null: the scene type's stack. */
  loras: Lora[] | null;
  /** Null: the scene type's. */
  seed: number | "random" | null;
  prompts: Partial<Record<Position, string>>;
  negative_prompt: string | null;
  /** Null: the scene type's. Only one of two that stand against each other can have its own. */
  workflow: WorkflowChoice | null;
}

export interface Draft {
  configurations: Configuration[];
  /** The one that is edited. */
  active: string;
}

export type Action =
  | { do: "add" }
  | { do: "open"; name: string; overrides: Overrides }
  /** In place of what is edited while that changes nothing, else beside it. */
  | { do: "apply"; name: string; overrides: Overrides }
  | { do: "duplicate"; id: string }
  | { do: "remove"; id: string }
  | { do: "rename"; id: string; name: string }
  | { do: "select"; id: string }
  | { do: "set-slot"; slot: string; value: SlotValue | undefined }
  | { do: "set-prompt"; position: Position; text: string | undefined }
  /** Values of slots that the workflow lacks go. */
  | { do: "set-workflow"; workflow: WorkflowChoice | null; slots: readonly string[] }
  | { do: "set"; changes: Partial<Pick<Configuration, "loras" | "seed" | "negative_prompt">> };

export const MOST = 12;

export function emptyDraft(): Draft {
  const first = blank("1", "A");
  return { configurations: [first], active: first.id };
}

export function change(draft: Draft, action: Action): Draft {
  switch (action.do) {
    case "add":
      return withNew(draft, blank(nextId(draft), nextName(draft)));
    case "open": {
      const opened = { ...blank(nextId(draft), action.name), ...read(action.overrides) };
      const same = draft.configurations.find((one) => isSame(one, opened));
      if (same) return { ...draft, active: same.id };
      return { configurations: [...draft.configurations, opened], active: opened.id };
    }
    case "apply": {
      const { name, overrides } = action;
      if (isChanged(activeOf(draft))) return change(draft, { do: "open", name, overrides });
      return edit(draft, draft.active, { name, ...read(overrides) });
    }
    case "duplicate": {
      const source = draft.configurations.find(({ id }) => id === action.id);
      return source
        ? withNew(draft, { ...source, id: nextId(draft), name: nextName(draft) })
        : draft;
    }
    case "remove":
      return without(draft, action.id);
    case "rename":
      return edit(draft, action.id, { name: action.name });
    case "select":
      return { ...draft, active: action.id };
    case "set-slot": {
      const values = { ...activeOf(draft).values };
      delete values[action.slot];
      if (action.value !== undefined) values[action.slot] = action.value;
      return edit(draft, draft.active, { values });
    }
    case "set-prompt": {
      const prompts = { ...activeOf(draft).prompts };
      delete prompts[action.position];
      if (action.text !== undefined) prompts[action.position] = action.text;
      return edit(draft, draft.active, { prompts });
    }
    case "set-workflow": {
      const { workflow, slots } = action;
      const kept = Object.entries(activeOf(draft).values).filter(([name]) => slots.includes(name));
      return edit(draft, draft.active, { workflow, values: Object.fromEntries(kept) });
    }
    case "set":
      return edit(draft, draft.active, action.changes);
  }
}

export function activeOf({ configurations, active }: Draft): Configuration {
  return configurations.find(({ id }) => id === active) ?? configurations[0]!;
}

/** What to ask for. */
export function overrides(configuration: Configuration): Overrides {
  const { values, loras, seed, prompts, negative_prompt } = configuration;
  const named = loras?.filter(({ name }) => name.trim()) ?? null;
  return { values, loras: named, seed, prompts, negative_prompt };
}

/** Whether it changes anything of its scene type. */
export function isChanged(configuration: Configuration): boolean {
  return configuration.workflow !== null || hasOverrides(configuration);
}

/** Whether it changes anything a preset can keep. */
export function hasOverrides(configuration: Configuration): boolean {
  const { values, loras, seed, prompts, negative_prompt } = configuration;
  return (
    Object.keys(values).length + Object.keys(prompts).length > 0 ||
    loras !== null ||
    seed !== null ||
    negative_prompt !== null
  );
}

/** Whether what storage held is a draft. */
export function isDraft(value: unknown): value is Draft {
  const draft = value as Draft | null;
  return (
    typeof draft?.active === "string" &&
    Array.isArray(draft.configurations) &&
    draft.configurations.length > 0 &&
    draft.configurations.every(
      (one) =>
        typeof one?.id === "string" &&
        typeof one.name === "string" &&
        isRecord(one.values) &&
        isRecord(one.prompts) &&
        (one.loras === null || Array.isArray(one.loras)),
    )
  );
}

function isSame(a: Configuration, b: Configuration): boolean {
  return JSON.stringify({ ...a, id: "" }) === JSON.stringify({ ...b, id: "" });
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function blank(id: string, name: string): Configuration {
  return {
    id,
    name,
    values: {},
    loras: null,
    seed: null,
    prompts: {},
    negative_prompt: null,
    workflow: null,
  };
}

/** A draft that was kept before configurations had all that they have today. */
export function filled(draft: Draft): Draft {
  const configurations = draft.configurations.map((one) => ({
    ...blank(one.id, one.name),
    ...one,
  }));
  return { ...draft, configurations };
}

/** What a request changes, as a configuration has it. */
export function read(asked: Overrides): Omit<Configuration, "id" | "name" | "workflow"> {
  const prompts = Object.entries(asked.prompts).filter(([, text]) => text != null);
  return {
    values: asked.values,
    loras: asked.loras ?? null,
    seed: asked.seed ?? null,
    prompts: Object.fromEntries(prompts),
    negative_prompt: asked.negative_prompt ?? null,
  };
}

function withNew(draft: Draft, configuration: Configuration): Draft {
  if (draft.configurations.length >= MOST) return draft;
  return {
    configurations: [...draft.configurations, configuration],
    active: configuration.id,
  };
}

/** The neighbour is edited next; the last one cannot go. */
function without(draft: Draft, id: string): Draft {
  const index = draft.configurations.findIndex((one) => one.id === id);
  if (index < 0 || draft.configurations.length === 1) return draft;
  const configurations = draft.configurations.filter((one) => one.id !== id);
  const neighbour = configurations[Math.min(index, configurations.length - 1)]!;
  return { configurations, active: draft.active === id ? neighbour.id : draft.active };
}

function edit(draft: Draft, id: string, changes: Partial<Configuration>): Draft {
  const configurations = draft.configurations.map((one) =>
    one.id === id ? { ...one, ...changes } : one,
  );
  return { ...draft, configurations };
}

function nextId({ configurations }: Draft): string {
  return String(Math.max(0, ...configurations.map(({ id }) => Number(id) || 0)) + 1);
}

/** The first letter that none has. */
function nextName({ configurations }: Draft): string {
  const taken = new Set(configurations.map(({ name }) => name));
  return [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].find((letter) => !taken.has(letter)) ?? "New";
}
