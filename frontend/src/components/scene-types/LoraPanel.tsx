import { useQuery } from "@tanstack/react-query";
import { ArrowUp, Plus, X } from "lucide-react";
import { workersQuery } from "@/components/workers/queries";
import { Button } from "@/ui/Button";
import list from "@/ui/catalogue.module.css";
import { SelectField, TextField } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { Panel } from "@/ui/Panel";
import { type LoraDraft, loraDraft } from "./draft";
import type { FormPart } from "./panel-props";
import style from "./SceneTypeForm.module.css";

/** The LoRA stack, in the order it is applied. */
export function LoraPanel({ draft, faults, slots, disabled, change }: FormPart) {
  const workers = useQuery(workersQuery).data ?? [];
  const known = new Set([
    ...workers.flatMap(({ models }) => models.loras ?? []),
    ...slots.filter(({ name }) => name.startsWith("lora")).flatMap(({ choices }) => choices ?? []),
  ]);
  const set = (loras: LoraDraft[]) => change({ loras });
  const edit = (id: number, what: Partial<LoraDraft>) =>
    set(draft.loras.map((lora) => (lora.id === id ? { ...lora, ...what } : lora)));
  const raise = (at: number) => {
    const moved = [...draft.loras];
    [moved[at - 1], moved[at]] = [moved[at]!, moved[at - 1]!];
    set(moved);
  };
  const add = () =>
    set([...draft.loras, loraDraft(Math.max(0, ...draft.loras.map(({ id }) => id)) + 1)]);
  return (
    <Panel
      title="LoRA stack"
      about="Applied from top to bottom."
      actions={
        !disabled && (
          <Button size="s" onClick={add}>
            <Plus aria-hidden /> Add a LoRA
          </Button>
        )
      }
    >
      <datalist id="known-loras">
        {[...known].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {!draft.loras.length && <p className={list.faint}>No LoRA.</p>}
      <ol className={style.stack}>
        {draft.loras.map((lora, at) => (
          <li key={lora.id} className={style.lora}>
            <TextField
              label="File"
              list="known-loras"
              value={lora.name}
              disabled={disabled}
              error={faults[`loras[${at}].name`]}
              onChange={(event) => edit(lora.id, { name: event.target.value })}
            />
            <TextField
              label="Weight"
              inputMode="decimal"
              value={lora.weight}
              disabled={disabled}
              error={faults[`loras[${at}].weight`]}
              onChange={(event) => edit(lora.id, { weight: event.target.value })}
            />
            <SelectField
              label="Model"
              value={lora.target}
              disabled={disabled}
              error={faults[`loras[${at}].target`]}
              onChange={(event) =>
                edit(lora.id, { target: event.target.value as LoraDraft["target"] })
              }
            >
              <option value="">Every one</option>
              <option value="high">High noise</option>
              <option value="low">Low noise</option>
            </SelectField>
            {!disabled && (
              <span>
                <IconButton
                  icon={ArrowUp}
                  disabled={at === 0}
                  label={`Apply ${lora.name || "it"} earlier`}
                  onClick={() => raise(at)}
                />
                <IconButton
                  icon={X}
                  label={`Remove ${lora.name || "the LoRA"}`}
                  onClick={() => set(draft.loras.filter(({ id }) => id !== lora.id))}
                />
              </span>
            )}
          </li>
        ))}
      </ol>
      {faults.loras && <p role="alert">{faults.loras}</p>}
    </Panel>
  );
}
