/** What to ask for to have a test shot once more: the parameters it had, and not the scene type's of today. */

import type { components } from "@/api/schema";
import type { Shot } from "@/api/types";
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
