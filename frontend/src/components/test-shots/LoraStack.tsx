/** The LoRAs and how strongly each is applied: the scene type's, until one of them is changed. */

import { Plus, RotateCcw, Trash2 } from "lucide-react";
import { useId } from "react";
import type { Lora } from "@/api/types";
import { Button } from "@/ui/Button";
import field from "@/ui/Field.module.css";
import { IconButton } from "@/ui/IconButton";
import style from "./LoraStack.module.css";
import { useKnownLoras } from "./use-known-loras";

interface LoraStackProps {
  /** Null: the scene type's. */
  value: Lora[] | null;
  standard: Lora[];
  faults: Record<string, string>;
  onChange: (loras: Lora[] | null) => void;
}

export function LoraStack({ value, standard, faults, onChange }: LoraStackProps) {
  const known = useId();
  const names = useKnownLoras();
  const loras = value ?? standard;
  const edit = (index: number, changes: Partial<Lora>) =>
    onChange(loras.map((lora, at) => (at === index ? { ...lora, ...changes } : lora)));
  return (
    <fieldset className={style.stack}>
      <legend>LoRA stack</legend>
      {loras.length === 0 && <p>None</p>}
      {loras.map((lora, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a LoRA has no name of its own while it is typed
        <div key={index} className={style.lora}>
          <input
            className={field.input}
            aria-label={`LoRA ${index + 1}`}
            aria-invalid={faults[`loras[${index}].name`] ? true : undefined}
            list={known}
            placeholder="name.safetensors"
            value={lora.name}
            title={faults[`loras[${index}].name`] ?? lora.name}
            onChange={(event) => edit(index, { name: event.target.value })}
          />
          <input
            className={field.input}
            type="number"
            aria-label={`Weight of LoRA ${index + 1}`}
            min={-10}
            max={10}
            step={0.05}
            value={lora.weight}
            onChange={(event) => edit(index, { weight: event.target.valueAsNumber || 0 })}
          />
          <select
            className={field.input}
            aria-label={`Model of LoRA ${index + 1}`}
            title="Which of a workflow's two models it is for"
            value={lora.target ?? ""}
            onChange={(event) => onChange(retargeted(loras, index, event.target.value))}
          >
            <option value="">Every model</option>
            <option value="high">High noise</option>
            <option value="low">Low noise</option>
          </select>
          <IconButton
            icon={Trash2}
            label={`Remove LoRA ${index + 1}`}
            onClick={() => onChange(loras.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      {faults.loras && <p className={field.error}>{faults.loras}</p>}
      <div className={style.actions}>
        <Button size="s" onClick={() => onChange([...loras, { name: "", weight: 1 }])}>
          <Plus aria-hidden />
          Add a LoRA
        </Button>
        {value !== null && (
          <Button look="quiet" size="s" onClick={() => onChange(null)}>
            <RotateCcw aria-hidden />
            As the scene type has it
          </Button>
        )}
      </div>
      <datalist id={known}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </fieldset>
  );
}

function retargeted(loras: Lora[], index: number, to: string): Lora[] {
  return loras.map(({ target, ...lora }, at) => {
    const now = at === index ? to : target;
    return now ? { ...lora, target: now as NonNullable<Lora["target"]> } : lora;
  });
}
