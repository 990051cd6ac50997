/** A filter that takes several values: a small button that says what is chosen, and boxes to tick. */

import { ChevronDown } from "lucide-react";
import { Popover } from "radix-ui";
import style from "./Choices.module.css";

interface ChoicesProps<T extends string> {
  label: string;
  options: ReadonlyArray<{ value: T; name: string }>;
  value: readonly T[] | undefined;
  onChange: (value: T[] | undefined) => void;
}

export function Choices<T extends string>({ label, options, value, onChange }: ChoicesProps<T>) {
  const chosen = options.filter((option) => value?.includes(option.value));
  const toggle = (option: T, on: boolean) => {
    const next = options
      .map((one) => one.value)
      .filter((one) => (one === option ? on : value?.includes(one)));
    onChange(next.length ? next : undefined);
  };
  return (
    <Popover.Root>
      <Popover.Trigger className={style.pill} data-on={chosen.length > 0 || undefined}>
        {chosen.length ? chosen.map(({ name }) => name).join(", ") : label}
        {chosen.length > 0 && <span className="visually-hidden">, {label}</span>}
        <ChevronDown aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={style.menu} align="start" sideOffset={4} aria-label={label}>
          {options.map((option) => (
            <label key={option.value}>
              <input
                type="checkbox"
                checked={value?.includes(option.value) ?? false}
                onChange={(event) => toggle(option.value, event.target.checked)}
              />
              {option.name}
            </label>
          ))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface ChoiceProps {
  label: string;
  options: ReadonlyArray<{ value: string; name: string }>;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  /** What no choice is called; without it one is always chosen. */
  none?: string;
}

export function Choice({ label, options, value, onChange, none }: ChoiceProps) {
  return (
    <span className={style.pill} data-on={(none !== undefined && value !== undefined) || undefined}>
      <select
        aria-label={label}
        value={value ?? ""}
        onChange={(event) => onChange(event.target.value || undefined)}
      >
        {none !== undefined && <option value="">{none}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.name}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden />
    </span>
  );
}
