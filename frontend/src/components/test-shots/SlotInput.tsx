/** A slot of the workflow as the input that fits it. */

import { RotateCcw } from "lucide-react";
import { useId, useState } from "react";
import type { Slot } from "@/api/types";
import { Field } from "@/ui/Field";
import { parameter } from "@/ui/format";
import { IconButton } from "@/ui/IconButton";
import type { SlotValue } from "./configurations";
import style from "./SlotInput.module.css";

interface SlotInputProps {
  slot: Slot;
  /** What the scene type, or else the workflow, has. */
  standard: SlotValue | undefined;
  /** Undefined: the same. */
  value: SlotValue | undefined;
  error: string | undefined;
  onChange: (value: SlotValue | undefined) => void;
}

export function SlotInput({ slot, standard, value, error, onChange }: SlotInputProps) {
  const isChanged = value !== undefined;
  const set = (next: SlotValue | undefined) => onChange(next === standard ? undefined : next);
  return (
    <div className={style.slot} data-changed={isChanged || undefined}>
      <Field label={slot.name.replaceAll("_", " ")} error={error}>
        {(field) => <Control {...field} slot={slot} value={value ?? standard} onChange={set} />}
      </Field>
      {isChanged && (
        <IconButton
          icon={RotateCcw}
          size="s"
          className={style.reset}
          label={`Set ${slot.name} back to ${parameter(standard ?? "nothing")}`}
          title={`Back to ${parameter(standard ?? "nothing")}`}
          onClick={() => onChange(undefined)}
        />
      )}
    </div>
  );
}

interface ControlProps {
  id: string;
  slot: Slot;
  value: SlotValue | undefined;
  onChange: (value: SlotValue | undefined) => void;
}

function Control({ slot, value, onChange, ...field }: ControlProps) {
  const list = useId();
  if (slot.kind === "int" || slot.kind === "float") {
    return <NumberInput {...field} slot={slot} value={value} onChange={onChange} />;
  }
  if (slot.kind === "bool" || typeof value === "boolean") {
    return (
      <select
        {...field}
        value={String(value ?? false)}
        onChange={(event) => onChange(event.target.value === "true")}
      >
        <option value="true">on</option>
        <option value="false">off</option>
      </select>
    );
  }
  const text = String(value ?? "");
  const choices = slot.choices ?? [];
  if (choices.length) {
    const known = choices.includes(text) ? choices : [text, ...choices];
    return (
      <select {...field} value={text} onChange={(event) => onChange(event.target.value)}>
        {known.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  }
  return (
    <input
      {...field}
      list={list}
      value={text}
      title={text}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** Keeps what is typed, also while it is no number yet; left empty it is the standard again. */
function NumberInput({ slot, value, onChange, ...field }: ControlProps) {
  const [typed, setTyped] = useState<string>();
  const isWhole = slot.kind === "int";
  return (
    <input
      {...field}
      type="number"
      inputMode={isWhole ? "numeric" : "decimal"}
      min={slot.minimum ?? undefined}
      max={slot.maximum ?? undefined}
      step={isWhole ? 1 : "any"}
      value={typed ?? (value === undefined ? "" : parameter(value))}
      onChange={(event) => {
        setTyped(event.target.value);
        const read = event.target.valueAsNumber;
        onChange(Number.isNaN(read) ? undefined : read);
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}
