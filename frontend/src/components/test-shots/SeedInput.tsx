/** The seed: the scene type's, another one each time, or this one. */

import { Dices } from "lucide-react";
import { Field } from "@/ui/Field";
import field from "@/ui/Field.module.css";
import { IconButton } from "@/ui/IconButton";
import style from "./SeedInput.module.css";

type Seed = number | "random" | null;

interface SeedInputProps {
  value: Seed;
  /** The scene type's; null: it fixes none. */
  standard: number | null;
  error: string | undefined;
  onChange: (seed: Seed) => void;
}

const MOST = 2 ** 32;

export function SeedInput({ value, standard, error, onChange }: SeedInputProps) {
  const way = value === null ? "standard" : value === "random" ? "random" : "fixed";
  const roll = () => onChange(Math.floor(Math.random() * MOST));
  const choose = (next: string) => {
    if (next === "fixed") return standard === null ? roll() : onChange(standard);
    onChange(next === "random" ? "random" : null);
  };
  return (
    <div className={style.seed}>
      <Field label="Seed" error={error}>
        {(described) => (
          <select
            {...described}
            className={field.input}
            value={way}
            onChange={(event) => choose(event.target.value)}
          >
            <option value="standard">
              {standard === null
                ? "Random, as the scene type has it"
                : `${standard}, the scene type's`}
            </option>
            {standard !== null && <option value="random">Random</option>}
            <option value="fixed">This one</option>
          </select>
        )}
      </Field>
      {typeof value === "number" && (
        <div className={style.fixed}>
          <input
            type="number"
            className={field.input}
            aria-label="Seed, as a number"
            min={0}
            max={Number.MAX_SAFE_INTEGER}
            step={1}
            value={value}
            onChange={(event) => onChange(Math.max(0, event.target.valueAsNumber || 0))}
          />
          <IconButton icon={Dices} label="Another seed" onClick={roll} />
        </div>
      )}
    </div>
  );
}
