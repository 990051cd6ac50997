/** Some of several values, as chips to tick. */

import style from "./Ticks.module.css";

interface TicksProps {
  label: string;
  options: readonly { value: string; name: string }[];
  value: readonly string[];
  onChange: (value: string[]) => void;
}

export function Ticks({ label, options, value, onChange }: TicksProps) {
  const toggle = (one: string, on: boolean) => {
    // In the order they are shown, whatever was ticked first.
    const known = options.map((option) => option.value);
    onChange(known.filter((other) => (other === one ? on : value.includes(other))));
  };
  return (
    <fieldset className={style.ticks}>
      <legend className="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} data-on={value.includes(option.value) || undefined}>
          <input
            type="checkbox"
            className="visually-hidden"
            checked={value.includes(option.value)}
            onChange={(event) => toggle(option.value, event.target.checked)}
          />
          {option.name}
        </label>
      ))}
    </fieldset>
  );
}
