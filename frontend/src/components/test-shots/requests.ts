/** What the panel's choices come to as requests: one shot, two that are compared, or a batch. */

import type { components } from "@/api/schema";
import type { Axis } from "./axes";
import { activeOf, type Configuration, type Draft, overrides } from "./configurations";

type Schemas = components["schemas"];

export interface Plan {
  sceneTypeId: number;
  /** Of a scene: one shot with its character. */
  sceneId?: number;
  characterIds: number[];
  draft: Draft;
  axes: Axis[];
  /** One more cell for every character in which no axis changes anything. */
  baseline: boolean;
}

export type Way = "one" | "ab" | "batch";

/** Ways to ask that fit, the most likely one first. */
export function ways({ sceneId, characterIds, draft, axes }: Plan): Way[] {
  if (sceneId) return ["one"];
  if (characterIds.length === 0) return [];
  if (characterIds.length > 1 || axes.length > 0) return ["batch"];
  if (draft.configurations.length === 1) return ["one"];
  return draft.configurations.length === 2 ? ["one", "ab"] : ["one", "batch"];
}

export function shotBody(plan: Plan): Schemas["ShotRequest"] {
  return { ...overrides(activeOf(plan.draft)), ...ASKED };
}

export function abBody({ sceneTypeId, characterIds, draft }: Plan): Schemas["ComparisonRequest"] {
  const [a, b] = draft.configurations.map((one) => ({ ...overrides(one), label: one.name }));
  return {
    name: draft.configurations.map(({ name }) => name).join(" against "),
    scene_type_id: sceneTypeId,
    character_id: characterIds[0]!,
    a: a!,
    b: b!,
    ...ASKED,
  };
}

/** Axes vary each configuration; with only one of those there is no axis of configurations. */
export function batchBody(plan: Plan, name = ""): Schemas["BatchRequest"] {
  const { configurations } = plan.draft;
  const isOne = configurations.length === 1;
  return {
    name,
    scene_type_id: plan.sceneTypeId,
    character_ids: plan.characterIds,
    variations: isOne ? [UNVARIED] : configurations.map(variation),
    axes: plan.axes,
    ...(plan.baseline && plan.axes.length > 0 ? { baseline: { values: {}, prompts: {} } } : {}),
    base: isOne ? overrides(configurations[0]!) : { values: {}, prompts: {} },
    priority: 0,
    dry_run: false,
    ...ASKED,
  };
}

/** What is priced while it is edited: the configuration that is edited, or all that a batch is. */
export function quoteBody(plan: Plan): Schemas["QuoteRequest"] | undefined {
  const way = ways(plan)[0];
  if (!way) return undefined;
  if (way === "batch") return { batch: batchBody(plan) };
  const shot = shotBody(plan);
  return plan.sceneId
    ? { shot: { ...shot, scene_id: plan.sceneId } }
    : { shot: { ...shot, scene_type_id: plan.sceneTypeId, character_id: plan.characterIds[0]! } };
}

const ASKED = { fresh: false, wait_for_worker: false };
const UNVARIED = { values: {}, prompts: {}, name: "" };

function variation(configuration: Configuration): Schemas["Variation"] {
  return { ...overrides(configuration), name: configuration.name };
}
