/** Which field of a configuration an error is about, however deep in a request it stood. */

import { ProblemError, sentence } from "@/api/problem";

export interface Faults {
  /** By field: `values.cfg`, `seed`, `loras[0].name`, `prompts.start`, `axes[0]`. */
  fields: Record<string, string>;
  /** What is about no field that is shown. */
  general: string | undefined;
}

const NONE: Faults = { fields: {}, general: undefined };
const SLOT = /^(?:the )?slot "([^"]+)"/i;
const AXIS = /(?:^|\.)(axes\[\d+\])/;
const FIELD = /(?:^|\.)((?:values|prompts|loras\[\d+\])(?:\.[^.]+)?|seed|negative_prompt)$/;

export function faultsOf(error: unknown): Faults {
  if (!error) return NONE;
  if (!(error instanceof ProblemError)) return { fields: {}, general: sentence(error) };
  const { errors, detail } = error.problem;
  const fields: Record<string, string> = {};
  let isAllShown = Boolean(errors?.length);
  for (const { where, message } of errors ?? []) {
    const slot = SLOT.exec(message)?.[1];
    const field =
      AXIS.exec(where)?.[1] ?? (slot ? `values.${slot}` : undefined) ?? FIELD.exec(where)?.[1];
    if (field) fields[field] ??= capital(message);
    else isAllShown = false;
  }
  return { fields, general: isAllShown ? undefined : detail };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
