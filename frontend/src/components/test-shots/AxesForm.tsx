/** What a batch varies: every combination is a test shot. */

import { Plus, Trash2 } from "lucide-react";
import type { Slot } from "@/api/types";
import { Button } from "@/ui/Button";
import field from "@/ui/Field.module.css";
import style from "./AxesForm.module.css";
import { type AxisDraft, axisOf, emptyAxis } from "./axes";
import { isSaidElsewhere } from "./parameters";

interface AxesFormProps {
  axes: AxisDraft[];
  slots: readonly Slot[];
  onChange: (axes: AxisDraft[]) => void;
}

const KINDS = { seed: "Seed", lora: "LoRA", prompt: "Prompt" } as const;

export function AxesForm({ axes, slots, onChange }: AxesFormProps) {
  const varied = slots.filter(({ kind, name }) => kind !== "image" && !isSaidElsewhere(name));
  const set = (id: string, changes: Partial<AxisDraft>) =>
    onChange(axes.map((axis) => (axis.id === id ? { ...axis, ...changes } : axis)));
  const add = () => {
    const free = varied.find(({ name }) => !axes.some(({ slot }) => slot === name));
    const first = varied.find(({ name }) => name === "cfg") ?? free;
    const slot = axes.length === 0 ? first : free;
    const id = String(Math.max(0, ...axes.map((axis) => Number(axis.id))) + 1);
    onChange([...axes, emptyAxis(id, slot ? "slot" : "seed", slot?.name)]);
  };
  return (
    <section className={style.axes} aria-label="What a batch varies">
      {axes.map((axis) => (
        <div key={axis.id} className={style.axis}>
          <select
            className={field.input}
            aria-label="What is varied"
            value={axis.kind === "slot" ? `slot:${axis.slot}` : axis.kind}
            onChange={(event) => set(axis.id, kindOf(event.target.value))}
          >
            {varied.map(({ name }) => (
              <option key={name} value={`slot:${name}`}>
                {name.replaceAll("_", " ")}
              </option>
            ))}
            {Object.entries(KINDS).map(([kind, name]) => (
              <option key={kind} value={kind}>
                {name}
              </option>
            ))}
          </select>
          <Button
            look="quiet"
            square
            aria-label="Do not vary it"
            onClick={() => onChange(axes.filter(({ id }) => id !== axis.id))}
          >
            <Trash2 aria-hidden />
          </Button>
          <Values axis={axis} slots={slots} set={(changes) => set(axis.id, changes)} />
        </div>
      ))}
      <Button size="s" onClick={add}>
        <Plus aria-hidden />
        {axes.length ? "Vary another" : "Vary a parameter"}
      </Button>
    </section>
  );
}

function kindOf(value: string): Partial<AxisDraft> {
  const [kind, slot = ""] = value.split(/:(.*)/);
  return { kind: kind as AxisDraft["kind"], slot, text: "" };
}

interface ValuesProps {
  axis: AxisDraft;
  slots: readonly Slot[];
  set: (changes: Partial<AxisDraft>) => void;
}

function Values({ axis, slots, set }: ValuesProps) {
  const isWrong = axis.text !== "" && axisOf(axis, slots) === undefined;
  const text = {
    className: field.input,
    value: axis.text,
    "aria-invalid": isWrong || undefined,
    onChange: (event: { target: { value: string } }) => set({ text: event.target.value }),
  };
  if (axis.kind === "prompt") {
    return <textarea {...text} rows={3} aria-label="Prompts" placeholder="One prompt a line" />;
  }
  if (axis.kind === "lora") {
    return (
      <div className={style.lora}>
        <input
          className={field.input}
          aria-label="LoRAs"
          placeholder="film-look.safetensors, grain.safetensors"
          value={axis.loras}
          onChange={(event) => set({ loras: event.target.value })}
        />
        <input {...text} aria-label="Weights" placeholder="Weights: 0.4, 0.8" />
        <label>
          <input
            type="checkbox"
            checked={axis.baseline}
            onChange={(event) => set({ baseline: event.target.checked })}
          />
          Also without any
        </label>
      </div>
    );
  }
  const placeholder = axis.kind === "seed" ? "1..4, or 42, 43" : "3, 5, 7, or 4..8 step 2";
  return <input {...text} aria-label="Values" placeholder={placeholder} />;
}
