/** What a batch varies: every combination is a test shot. */

import { Plus, Trash2 } from "lucide-react";
import type { Slot } from "@/api/types";
import { Button } from "@/ui/Button";
import { CheckField } from "@/ui/CheckField";
import field from "@/ui/Field.module.css";
import { IconButton } from "@/ui/IconButton";
import style from "./AxesForm.module.css";
import { AxisValues } from "./AxisValues";
import { type AxisDraft, emptyAxis } from "./axes";
import { isSaidElsewhere } from "./parameters";

interface AxesFormProps {
  axes: AxisDraft[];
  slots: readonly Slot[];
  /** Of the scene type. */
  workflowId: number;
  /** What the api says is wrong, by the id of the axis. */
  faults: ReadonlyMap<string, string>;
  /** One more cell in which nothing is varied. */
  baseline: boolean;
  onChange: (axes: AxisDraft[]) => void;
  onBaseline: (baseline: boolean) => void;
}

const KINDS = {
  seed: "Seed",
  lora: "LoRA",
  prompt: "Prompt",
  negative_prompt: "Negative prompt",
  workflow: "Workflow",
} as const;

export function AxesForm(props: AxesFormProps) {
  const { axes, slots, workflowId, faults, baseline, onChange, onBaseline } = props;
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
      <h3>Vary in a batch</h3>
      {axes.map((axis) => (
        <div key={axis.id} className={style.axis}>
          <select
            className={field.input}
            aria-label="What is varied"
            value={axis.kind === "slot" ? `slot:${axis.slot}` : axis.kind}
            onChange={(event) => set(axis.id, fresh(axis.id, event.target.value))}
          >
            <optgroup label="Slots of the workflow">
              {varied.map(({ name }) => (
                <option key={name} value={`slot:${name}`}>
                  {name.replaceAll("_", " ")}
                </option>
              ))}
            </optgroup>
            <optgroup label="Everything else">
              {Object.entries(KINDS).map(([kind, name]) => (
                <option key={kind} value={kind}>
                  {name}
                </option>
              ))}
            </optgroup>
          </select>
          <IconButton
            icon={Trash2}
            label="Do not vary it"
            onClick={() => onChange(axes.filter(({ id }) => id !== axis.id))}
          />
          <AxisValues
            axis={axis}
            slots={slots}
            workflowId={workflowId}
            set={(changes) => set(axis.id, changes)}
          />
          {faults.has(axis.id) && (
            <p className={field.error} role="alert">
              {faults.get(axis.id)}
            </p>
          )}
        </div>
      ))}
      {axes.length > 0 && (
        <CheckField
          label="Also one with nothing varied"
          checked={baseline}
          onChange={(event) => onBaseline(event.target.checked)}
        />
      )}
      <Button size="s" onClick={add}>
        <Plus aria-hidden />
        {axes.length ? "Vary another" : "Vary a parameter"}
      </Button>
    </section>
  );
}

/** Values of one thing are none of another. */
function fresh(id: string, value: string): AxisDraft {
  const [kind, slot] = value.split(/:(.*)/);
  return emptyAxis(id, kind as AxisDraft["kind"], slot);
}
