/** What to ask for to have a test shot once more: the parameters it had, and not the scene type's of today. */

import type { components } from "@/api/schema";
import type { SceneType, Shot, Slot } from "@/api/types";
import { parametersOf, slotValues } from "./parameters";

export type ShotRequest = components["schemas"]["ShotRequest"];
export type Overrides = Omit<ShotRequest, "fresh" | "wait_for_worker">;

/**
 * Everything that decided the pixels of this test shot.
 *
 * The prompts are as they were rendered: braces in them would be read as placeholders, but a
 * rendered prompt has none.
 */
export function overridesOf(shot: Shot): Overrides {
  const parameters = parametersOf(shot);
  const { prompt } = parameters;
  const prompts = Object.entries(parameters.prompts ?? {}).filter(([, text]) => text != null);
  const asked: Overrides = {
    values: slotValues(parameters),
    loras: parameters.loras ?? [],
    seed: parameters.seed ?? "random",
    prompts:
      prompts.length || prompt === undefined ? Object.fromEntries(prompts) : { full: prompt },
  };
  if (parameters.negative_prompt !== undefined) asked.negative_prompt = parameters.negative_prompt;
  return asked;
}

/** Only what differs from the scene type as it is now: the same request, and easier to read. */
export function changesOf(
  asked: Overrides,
  sceneType: Pick<SceneType, "slot_values" | "loras" | "seed" | "negative_prompt">,
  slots: readonly Slot[],
): Overrides {
  const standard = new Map(slots.map((slot) => [slot.name, slot.default]));
  for (const [name, value] of Object.entries(sceneType.slot_values)) standard.set(name, value);
  const values = Object.entries(asked.values).filter(
    ([name, value]) => standard.get(name) !== value,
  );
  const isSameStack = JSON.stringify(stack(asked)) === JSON.stringify(stack(sceneType));
  return {
    ...asked,
    values: Object.fromEntries(values),
    loras: isSameStack ? null : asked.loras,
    seed: asked.seed === sceneType.seed ? null : asked.seed,
    negative_prompt:
      asked.negative_prompt === sceneType.negative_prompt ? null : asked.negative_prompt,
  };
}

function stack({ loras }: Pick<Overrides, "loras">) {
  return loras?.map(({ name, weight, target }) => [name, weight, target ?? null]);
}
