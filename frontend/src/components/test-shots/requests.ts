/** What the panel's choices come to as requests: one shot, two that are compared, or a batch. */

import type { components } from "@/api/schema";
import type { WorkflowChoice } from "@/api/types";
import type { Axis } from "./axes";
import { activeOf, type Configuration, type Draft, overrides } from "./configurations";
import { PRIORITIES } from "./priorities";

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
  options: Options;
}

/** How it is to be rendered, whatever it is. */
export interface Options {
  /** Even if an identical render is there. */
  fresh: boolean;
  /** Of a batch, as `PRIORITIES` has it. */
  priority: number;
}

export const USUAL: Options = { fresh: false, priority: PRIORITIES.usual };

export type Way = "one" | "ab" | "batch";

/** Ways to ask that fit, the most likely one first. */
export function ways(plan: Plan): Way[] {
  const { sceneId, characterIds, draft, axes } = plan;
  const one: Way[] = activeOf(draft).workflow ? [] : ["one"];
  const batch: Way[] = draft.configurations.some(({ workflow }) => workflow) ? [] : ["batch"];
  if (sceneId) return one;
  if (characterIds.length === 0) return [];
  if (characterIds.length > 1 || axes.length > 0) return batch;
  if (isPair(plan)) return [...one, "ab"];
  return draft.configurations.length === 1 ? one : [...one, ...batch];
}

/** Whether A can stand against B: only then each can have a workflow of its own. */
export function isPair({ sceneId, characterIds, draft, axes }: Plan): boolean {
  const isOfOne = !sceneId && characterIds.length === 1 && axes.length === 0;
  return isOfOne && draft.configurations.length === 2;
}

/** Why nothing can be asked for, where a workflow is the reason. */
export function whyNot(plan: Plan): string | undefined {
  const hasTarget = plan.sceneId !== undefined || plan.characterIds.length > 0;
  if (!hasTarget || ways(plan).length > 0) return undefined;
  const { name } = plan.draft.configurations.find(({ workflow }) => workflow) ?? { name: "It" };
  return `${name} has a workflow of its own: it can only stand against one other configuration, with one character and nothing varied.`;
}

export function shotBody(plan: Plan): Schemas["ShotRequest"] {
  return { ...overrides(activeOf(plan.draft)), ...asked(plan) };
}

export function abBody(plan: Plan): Schemas["ComparisonRequest"] {
  const { sceneTypeId, characterIds, draft } = plan;
  const [a, b] = draft.configurations.map((one) => ({
    ...overrides(one),
    label: one.name,
    workflow: one.workflow,
  }));
  return {
    name: draft.configurations.map(({ name }) => name).join(" against "),
    scene_type_id: sceneTypeId,
    character_id: characterIds[0]!,
    a: a!,
    b: b!,
    ...asked(plan),
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
    priority: plan.options.priority,
    dry_run: false,
    ...asked(plan),
  };
}

/** What is priced while it is edited: the configuration that is edited, or all that a batch is. */
export function quoteBody(plan: Plan): Schemas["QuoteRequest"] | undefined {
  const side = activeOf(plan.draft);
  if (isPair(plan) && side.workflow) return { batch: sideBody(plan, side, side.workflow) };
  const way = ways(plan)[0];
  if (!way) return undefined;
  if (way === "batch") return { batch: batchBody(plan) };
  const shot = shotBody(plan);
  return plan.sceneId
    ? { shot: { ...shot, scene_id: plan.sceneId } }
    : { shot: { ...shot, scene_type_id: plan.sceneTypeId, character_id: plan.characterIds[0]! } };
}

/** One side of a comparison, as a batch of one: only a batch can be priced with a workflow. */
function sideBody(plan: Plan, side: Configuration, workflow: WorkflowChoice) {
  const draft = { configurations: [side], active: side.id };
  return batchBody({ ...plan, draft, axes: [{ kind: "workflow", workflows: [workflow] }] });
}

function asked({ options }: Plan) {
  return { fresh: options.fresh, wait_for_worker: false };
}

const UNVARIED = { values: {}, prompts: {}, name: "" };

function variation(configuration: Configuration): Schemas["Variation"] {
  return { ...overrides(configuration), name: configuration.name };
}
