/** The LoRAs and how strongly each is applied: the scene type's, until one of them is changed. */

import { useQuery } from "@tanstack/react-query";
import { Plus, RotateCcw, Trash2 } from "lucide-react";
import { useId } from "react";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import type { Lora } from "@/api/types";
import { Button } from "@/ui/Button";
import field from "@/ui/Field.module.css";
import style from "./LoraStack.module.css";

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
          <Button
            look="quiet"
            square
            aria-label={`Remove LoRA ${index + 1}`}
            onClick={() => onChange(loras.filter((_, at) => at !== index))}
          >
            <Trash2 aria-hidden />
          </Button>
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

/** Those that live workers have. */
function useKnownLoras(): string[] {
  const { data } = useQuery({
    queryKey: keys.workers,
    queryFn: () => read(api.GET("/api/workers")),
  });
  return [...new Set(data?.flatMap(({ models }) => models.loras ?? []))].sort();
}
