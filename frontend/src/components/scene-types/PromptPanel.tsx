import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { allCharactersQuery } from "@/components/characters/queries";
import list from "@/ui/catalogue.module.css";
import { SelectField, TextArea } from "@/ui/Field";
import { Panel } from "@/ui/Panel";
import { PromptPreview } from "./PromptPreview";
import type { FormPart } from "./panel-props";
import { fill, unresolved } from "./prompts";
import style from "./SceneTypeForm.module.css";

const POSITIONS = [
  ["start", "First segment", "The first of several segments."],
  ["continuation", "Later segments", "Every segment after the first. Empty: as the first."],
  ["full", "Whole scene", "The only segment of a scene, and where another is empty."],
] as const;

/** The prompt templates, and beside each what it becomes with a character. */
export function PromptPanel({ draft, faults, disabled, change }: FormPart) {
  const characters = useQuery(allCharactersQuery).data ?? [];
  const [characterId, setCharacter] = useState<number>();
  const character = characters.find(({ id }) => id === characterId) ?? characters[0];
  const facts = { ...character?.metadata, name: character?.name ?? "" };
  const missing = (of: { metadata: Record<string, unknown>; name: string }) =>
    unresolved(
      [...Object.values(draft.prompts), draft.negative_prompt].flatMap((template) =>
        fill(template, { ...of.metadata, name: of.name }),
      ),
    );
  const here = character ? missing(character) : [];
  const elsewhere = characters.filter((one) => one.id !== character?.id && missing(one).length);
  return (
    <Panel
      title="Prompts"
      about="{hair}, {outfit.colour} and {name} are filled in from the character; {hair|brown} falls back to brown."
      actions={
        characters.length > 0 && (
          <SelectField
            label="Preview with"
            value={character?.id ?? ""}
            onChange={(event) => setCharacter(Number(event.target.value))}
          >
            {characters.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
        )
      }
    >
      {(here.length > 0 || elsewhere.length > 0) && (
        <p className={list.note} data-tone="warn" role="status">
          {here.length > 0 && `${character?.name} has no value for ${here.join(", ")}. `}
          {elsewhere.length > 0 &&
            `${here.length ? "Nor have all values" : "Values are missing with"}: ${namesOf(elsewhere)}. `}
          A test shot would be refused.
        </p>
      )}
      {POSITIONS.map(([position, label, hint]) => (
        <div key={position} className={style.prompts}>
          <TextArea
            label={label}
            value={draft.prompts[position]}
            disabled={disabled}
            error={faults[`prompts.${position}`]}
            hint={hint}
            onChange={(event) =>
              change({ prompts: { ...draft.prompts, [position]: event.target.value } })
            }
          />
          <PromptPreview template={draft.prompts[position]} facts={facts} />
        </div>
      ))}
      <div className={style.prompts}>
        <TextArea
          label="Negative prompt"
          value={draft.negative_prompt}
          disabled={disabled}
          error={faults.negative_prompt}
          onChange={(event) => change({ negative_prompt: event.target.value })}
        />
        <PromptPreview template={draft.negative_prompt} facts={facts} />
      </div>
    </Panel>
  );
}

const NAMED = 3;

function namesOf(characters: { name: string }[]): string {
  const names = characters.slice(0, NAMED).map(({ name }) => name);
  const more = characters.length - names.length;
  return names.join(", ") + (more ? ` and ${more} more` : "");
}
