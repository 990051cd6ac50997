import type { Slot } from "@/api/types";
import { SelectField, TextField } from "@/ui/Field";
import { parameter } from "@/ui/format";
import { rangeOf } from "./slot-groups";

interface SlotFieldProps {
  slot: Slot;
  /** Empty: the workflow's default. */
  value: string;
  fault?: string;
  disabled: boolean;
  onChange: (value: string) => void;
}

/** Short for something, so written large. */
const INITIALS = /^(cfg|fps|vae|.)/;

const name = (slot: Slot) =>
  slot.name.replaceAll("_", " ").replace(INITIALS, (first) => first.toUpperCase());

/** One slot, as its kind is written. */
export function SlotField({ slot, value, fault, disabled, onChange }: SlotFieldProps) {
  const usual = slot.default == null ? "" : parameter(slot.default);
  const common = { label: name(slot), value, error: fault, disabled };
  const choices =
    slot.kind === "bool" || slot.kind === "boolean" ? ["true", "false"] : slot.choices;
  if (choices?.length) {
    return (
      <SelectField {...common} onChange={(event) => onChange(event.target.value)}>
        <option value="">{usual ? `${usual} (default)` : "Default"}</option>
        {value && !choices.includes(value) && <option value={value}>{value}</option>}
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </SelectField>
    );
  }
  const hint = [rangeOf(slot), value && usual && value !== usual ? `default ${usual}` : ""];
  return (
    <TextField
      {...common}
      inputMode={slot.kind === "int" ? "numeric" : slot.kind === "float" ? "decimal" : undefined}
      placeholder={usual}
      hint={hint.filter(Boolean).join(", ") || undefined}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
