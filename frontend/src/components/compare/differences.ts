/** The parameters of several test shots side by side: those that differ first. */

import type { Lora, Shot } from "@/api/types";
import { parameter, seconds } from "@/ui/format";

export interface Row {
  name: string;
  /** By shot, in order; an empty text where the shot has no such parameter. */
  values: string[];
  differs: boolean;
}

export interface Parameters {
  differing: Row[];
  same: Row[];
}

/** What stands in `values` and again elsewhere, by a better name. */
const TOLD_ELSEWHERE = /^(seed|prompt|negative_prompt|lora_\d+(_weight)?)$/;
/** Of no use to a person, or measured and not chosen. */
const NOT_CHOSEN = new Set(["quality", "GPU time"]);

interface Known {
  seed?: number;
  values?: Record<string, unknown>;
  loras?: Lora[];
  prompt?: string;
  negative_prompt?: string;
  workflow?: { name?: string; version?: number };
}

export function differences(shots: readonly Shot[]): Parameters {
  const flat = shots.map(flatten);
  const names = [...new Set(flat.flatMap((one) => [...one.keys()]))];
  const rows = names.map((name): Row => {
    const values = flat.map((one) => one.get(name) ?? "");
    return { name, values, differs: new Set(values).size > 1 };
  });
  return {
    differing: rows
      .filter(({ differs }) => differs)
      .sort((a, b) => Number(NOT_CHOSEN.has(a.name)) - Number(NOT_CHOSEN.has(b.name))),
    same: rows.filter(({ differs }) => !differs),
  };
}

/** Every parameter of a test shot as a name and a text, in the order people look for them. */
function flatten(shot: Shot): Map<string, string> {
  const known = shot.parameters as Known;
  const flat = new Map<string, string>();
  const put = (name: string, value: unknown) => {
    if (value !== undefined && value !== null && value !== "") flat.set(name, parameter(value));
  };
  put("label", shot.label);
  put("character", shot.character.name);
  put("scene type", shot.scene_type.name);
  put("workflow", workflowName(known));
  put("seed", known.seed);
  for (const { name, weight } of known.loras ?? []) put(`LoRA ${stem(name)}`, weight);
  for (const [name, value] of Object.entries(known.values ?? {})) {
    if (!TOLD_ELSEWHERE.test(name)) put(name.replaceAll("_", " "), value);
  }
  put("prompt", known.prompt);
  put("negative prompt", known.negative_prompt);
  put("quality", shot.quality_score == null ? "" : String(Math.round(shot.quality_score * 100)));
  put("GPU time", shot.gpu_seconds == null ? "" : seconds(shot.gpu_seconds));
  return flat;
}

function workflowName({ workflow }: Known): string {
  return workflow?.name ? `${workflow.name}, version ${workflow.version ?? 1}` : "";
}

function stem(file: string): string {
  return file.replace(/\.(safetensors|pt|ckpt)$/, "");
}
