import type { ComponentProps } from "react";
import { SelectField } from "./Field";
import { IdOptions } from "./IdOptions";

interface IdFieldProps extends Omit<ComponentProps<typeof SelectField>, "onChange" | "children"> {
  rows: ReadonlyArray<{ id: number; name: string }>;
  value: number | undefined;
  /** What no choice is called; without it one is always chosen. */
  none?: string;
  onChange: (id: number | undefined) => void;
}

/** Chooses one of these by name. */
export function IdField({ rows, value, none, onChange, ...rest }: IdFieldProps) {
  return (
    <SelectField
      {...rest}
      value={value ?? ""}
      onChange={(event) => onChange(Number(event.target.value) || undefined)}
    >
      {none !== undefined && <option value="">{none}</option>}
      <IdOptions rows={rows} />
    </SelectField>
  );
}
