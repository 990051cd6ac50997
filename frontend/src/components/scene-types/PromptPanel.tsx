import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { allCharacters } from "@/api/catalogue";
import { LackingNote } from "@/components/prompts/LackingNote";
import { PromptText } from "@/components/prompts/PromptText";
import { usePromptsPreview } from "@/components/prompts/use-prompts-preview";
import { TextArea } from "@/ui/Field";
import { IdField } from "@/ui/IdField";
import { Panel } from "@/ui/Panel";
import type { FormPart } from "./panel-props";
import style from "./SceneTypeForm.module.css";

const POSITIONS = [
  ["start", "First segment", "The first of several segments."],
  ["continuation", "Later segments", "Every segment after the first. Empty: as the first."],
  ["full", "Whole scene", "The only segment of a scene, and where another is empty."],
] as const;

/** The prompt templates, and beside each what it becomes with a character. */
export function PromptPanel({ draft, faults, disabled, change }: FormPart) {
  const characters = useQuery(allCharacters).data ?? [];
  const [characterId, setCharacter] = useState<number>();
  const character = characters.find(({ id }) => id === characterId) ?? characters[0];
  const preview = usePromptsPreview({
    prompts: {
      start: draft.prompts.start.trim() || null,
      continuation: draft.prompts.continuation.trim() || null,
      full: draft.prompts.full.trim() || null,
    },
    negative_prompt: draft.negative_prompt,
    character_id: character?.id ?? null,
    check_character_ids: characters.map(({ id }) => id).filter((id) => id !== character?.id),
  });
  const becomes = (position: string) => (
    <PromptText pieces={preview.data?.pieces[position]} stale={preview.isPlaceholderData} />
  );
  return (
    <Panel
      title="Prompts"
      about="{hair}, {outfit.colour} and {name} are filled in from the character; {hair|brown} falls back to brown."
      actions={
        characters.length > 0 && (
          <IdField
            label="Preview with"
            rows={characters}
            value={character?.id}
            onChange={setCharacter}
          />
        )
      }
    >
      <LackingNote preview={preview} shown={character?.name} />
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
          {becomes(position)}
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
        {becomes("negative_prompt")}
      </div>
    </Panel>
  );
}
