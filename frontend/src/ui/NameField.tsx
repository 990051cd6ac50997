import type { ComponentProps } from "react";
import { TextField } from "./Field";

interface NameFieldProps extends Omit<ComponentProps<typeof TextField>, "label" | "onChange"> {
  label?: string;
  onChange: (name: string) => void;
}

const MOST_CHARACTERS = 200;

/** What something is called, no longer than the api takes it. */
export function NameField({ label = "Name", onChange, ...rest }: NameFieldProps) {
  return (
    <TextField
      {...rest}
      label={label}
      maxLength={MOST_CHARACTERS}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
