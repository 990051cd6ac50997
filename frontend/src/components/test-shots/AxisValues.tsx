/** The places along an axis, as its kind is written: typed, or ticked. */

import type { Slot } from "@/api/types";
import { CheckField } from "@/ui/CheckField";
import field from "@/ui/Field.module.css";
import style from "./AxesForm.module.css";
import { type AxisDraft, axisOf, choicesOf } from "./axes";
import { Ticks } from "./Ticks";
import { useKnownLoras } from "./use-known-loras";
import { WorkflowTicks } from "./WorkflowTicks";

interface AxisValuesProps {
  axis: AxisDraft;
  slots: readonly Slot[];
  workflowId: number;
  set: (changes: Partial<AxisDraft>) => void;
}

export function AxisValues({ axis, slots, workflowId, set }: AxisValuesProps) {
  const slot = slots.find(({ name }) => axis.kind === "slot" && name === axis.slot);
  const choices = choicesOf(slot);
  const isWrong = axis.text !== "" && axisOf({ ...axis, loras: "x" }, slots) === undefined;
  const text = {
    className: field.input,
    value: axis.text,
    "aria-invalid": isWrong || undefined,
    onChange: (event: { target: { value: string } }) => set({ text: event.target.value }),
  };
  if (axis.kind === "workflow") {
    return (
      <WorkflowTicks
        workflowId={workflowId}
        value={axis.chosen}
        onChange={(chosen) => set({ chosen })}
      />
    );
  }
  if (choices) {
    return (
      <Ticks
        label={`Values of ${axis.slot.replaceAll("_", " ")}`}
        options={choices.map((value) => ({ value, name: NAMES[value] ?? value }))}
        value={axis.chosen}
        onChange={(chosen) => set({ chosen })}
      />
    );
  }
  if (axis.kind === "prompt" || axis.kind === "negative_prompt") {
    return (
      <textarea
        {...text}
        rows={3}
        aria-label={axis.kind === "prompt" ? "Prompts" : "Negative prompts"}
        placeholder={`One ${axis.kind === "prompt" ? "prompt" : "negative prompt"} a line`}
      />
    );
  }
  if (axis.kind === "lora") return <LoraValues axis={axis} text={text} set={set} />;
  return <input {...text} aria-label="Values" placeholder={placeholder(axis, slot)} />;
}

const NAMES: Record<string, string> = { true: "on", false: "off" };

function placeholder({ kind }: AxisDraft, slot: Slot | undefined): string {
  if (kind === "seed") return "1..4, or 42, 43";
  return slot?.kind === "int" || slot?.kind === "float"
    ? "3, 5, 7, or 4..8 step 2"
    : "Values between commas";
}

interface LoraValuesProps extends Pick<AxisValuesProps, "axis" | "set"> {
  text: object;
}

function LoraValues({ axis, text, set }: LoraValuesProps) {
  const known = useKnownLoras();
  const chosen = axis.loras.split(",").map((name) => name.trim());
  const free = known.filter((name) => !chosen.includes(name));
  return (
    <div className={style.lora}>
      <input
        className={field.input}
        aria-label="LoRAs"
        placeholder="film-look.safetensors, grain.safetensors"
        value={axis.loras}
        onChange={(event) => set({ loras: event.target.value })}
      />
      {free.length > 0 && (
        <select
          className={field.input}
          aria-label="Add a LoRA that a worker has"
          value=""
          onChange={(event) =>
            set({ loras: [...chosen.filter(Boolean), event.target.value].join(", ") })
          }
        >
          <option value="">Add one that a worker has…</option>
          {free.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
      <div className={style.pair}>
        <input {...text} aria-label="Weights" placeholder="Weights: 0.4, 0.8" />
        <select
          className={field.input}
          aria-label="For which model"
          value={axis.target}
          onChange={(event) => set({ target: event.target.value as AxisDraft["target"] })}
        >
          <option value="">Every model</option>
          <option value="high">High noise</option>
          <option value="low">Low noise</option>
        </select>
      </div>
      <CheckField
        label="Also without any of them"
        checked={axis.baseline}
        onChange={(event) => set({ baseline: event.target.checked })}
      />
    </div>
  );
}
