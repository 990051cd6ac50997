/** Prompts instead of the scene type's, and what they come to for a character. */

import { useQuery } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { allCharacters } from "@/api/catalogue";
import type { SceneType } from "@/api/types";
import { LackingNote } from "@/components/prompts/LackingNote";
import { PromptText } from "@/components/prompts/PromptText";
import { usePromptsPreview } from "@/components/prompts/use-prompts-preview";
import { TextArea } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import type { Action, Configuration, Position } from "./configurations";
import style from "./PromptInputs.module.css";

interface PromptInputsProps {
  configuration: Configuration;
  sceneType: SceneType;
  /** With the first the prompts are shown filled in, with all they have to be. */
  characterIds: readonly number[];
  faults: Record<string, string>;
  act: (action: Action) => void;
}

const POSITIONS: { position: Position; label: string; hint?: string }[] = [
  { position: "start", label: "Prompt" },
  {
    position: "continuation",
    label: "Prompt of later segments",
    hint: "For the scene, once the shot is promoted.",
  },
  { position: "full", label: "Prompt of a scene of one segment" },
];

export function PromptInputs(props: PromptInputsProps) {
  const { configuration, sceneType, characterIds, faults, act } = props;
  const [first, ...others] = characterIds;
  const name = useQuery(allCharacters).data?.find(({ id }) => id === first)?.name;
  const preview = usePromptsPreview(
    first === undefined
      ? undefined
      : {
          prompts: { ...sceneType.prompts, ...configuration.prompts },
          negative_prompt: configuration.negative_prompt ?? sceneType.negative_prompt,
          character_id: first,
          check_character_ids: others,
        },
  );
  const becomes = (position: string) => (
    <PromptText pieces={preview.data?.pieces[position]} stale={preview.isPlaceholderData} />
  );
  const shown = POSITIONS.filter(
    ({ position }) => position === "start" || sceneType.prompts[position] != null,
  );
  return (
    <section className={style.prompts} aria-label="Prompts">
      {shown.map(({ position, label, hint }) => {
        const own = configuration.prompts[position];
        return (
          <div
            key={position}
            className={style.prompt}
            data-changed={own !== undefined || undefined}
          >
            <TextArea
              label={label}
              value={own ?? sceneType.prompts[position] ?? ""}
              error={faults[`prompts.${position}`]}
              hint={hint}
              onChange={(event) => act({ do: "set-prompt", position, text: event.target.value })}
            />
            {own !== undefined && (
              <Reset onClick={() => act({ do: "set-prompt", position, text: undefined })} />
            )}
            {becomes(position)}
          </div>
        );
      })}
      <div
        className={style.prompt}
        data-changed={configuration.negative_prompt !== null || undefined}
      >
        <TextArea
          rows={2}
          label="Negative prompt"
          value={configuration.negative_prompt ?? sceneType.negative_prompt}
          error={faults.negative_prompt}
          onChange={(event) => act({ do: "set", changes: { negative_prompt: event.target.value } })}
        />
        {configuration.negative_prompt !== null && (
          <Reset onClick={() => act({ do: "set", changes: { negative_prompt: null } })} />
        )}
        {becomes("negative_prompt")}
      </div>
      <LackingNote preview={preview} shown={name} />
    </section>
  );
}

function Reset({ onClick }: { onClick: () => void }) {
  return (
    <IconButton
      icon={RotateCcw}
      size="s"
      className={style.reset}
      label="As the scene type has it"
      onClick={onClick}
    />
  );
}
