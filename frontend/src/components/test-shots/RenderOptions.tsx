import { CheckField } from "@/ui/CheckField";
import { Disclosure } from "@/ui/Disclosure";
import { SelectField } from "@/ui/Field";
import { PRIORITIES, PRIORITY_WORDS } from "./priorities";
import type { Options } from "./requests";

interface RenderOptionsProps {
  value: Options;
  /** Whether it can be asked for as a batch, which alone has a priority. */
  isBatch: boolean;
  onChange: (value: Options) => void;
}

/** What is seldom needed: whether it is rendered anew, and when. */
export function RenderOptions({ value, isBatch, onChange }: RenderOptionsProps) {
  const { fresh, priority } = value;
  const said: string[] = [];
  if (fresh) said.push("rendered anew");
  if (isBatch && priority > PRIORITIES.usual) said.push("goes first");
  if (isBatch && priority < PRIORITIES.usual) said.push("goes last");
  return (
    <Disclosure title="More" said={said.join(", ")}>
      <CheckField
        label="Render anew"
        hint="Even if an identical finished render exists."
        checked={fresh}
        onChange={(event) => onChange({ ...value, fresh: event.target.checked })}
      />
      {isBatch && (
        <SelectField
          label="Priority of the batch"
          hint="Among what you have waiting."
          value={priority}
          onChange={(event) => onChange({ ...value, priority: Number(event.target.value) })}
        >
          {PRIORITY_WORDS.map(({ value: one, name }) => (
            <option key={one} value={one}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
    </Disclosure>
  );
}
