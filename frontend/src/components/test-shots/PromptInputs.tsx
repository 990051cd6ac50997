/** Prompts instead of the scene type's, and what they come to for a character. */

import { useQuery } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import type { SceneType } from "@/api/types";
import { Button } from "@/ui/Button";
import { TextArea } from "@/ui/Field";
import type { Action, Configuration, Position } from "./configurations";
import style from "./PromptInputs.module.css";

interface PromptInputsProps {
  configuration: Configuration;
  sceneType: SceneType;
  characterId: number | undefined;
  faults: Record<string, string>;
  act: (action: Action) => void;
}

const POSITIONS: { position: Position; label: string }[] = [
  { position: "start", label: "Prompt" },
  { position: "full", label: "Prompt of a scene of one segment" },
];

export function PromptInputs(props: PromptInputsProps) {
  const { configuration, sceneType, characterId, faults, act } = props;
  const preview = usePreview(sceneType, characterId);
  const shown = POSITIONS.filter(
    ({ position }) => position === "start" || sceneType.prompts[position] != null,
  );
  return (
    <section className={style.prompts} aria-label="Prompts">
      {shown.map(({ position, label }) => {
        const own = configuration.prompts[position];
        const filled = own === undefined ? preview.data?.prompts[position] : undefined;
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
              hint={filled ? `As it is asked for: ${filled}` : undefined}
              onChange={(event) => act({ do: "set-prompt", position, text: event.target.value })}
            />
            {own !== undefined && (
              <Reset onClick={() => act({ do: "set-prompt", position, text: undefined })} />
            )}
          </div>
        );
      })}
      {preview.data && preview.data.unresolved.length > 0 && (
        <p className={style.unresolved} role="alert">
          The character has no value for{" "}
          {preview.data.unresolved.map((name) => `{${name}}`).join(", ")}: add it to the character,
          or give a fallback as in {"{name|a person}"}.
        </p>
      )}
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
      </div>
    </section>
  );
}

function Reset({ onClick }: { onClick: () => void }) {
  return (
    <Button
      look="quiet"
      size="s"
      className={style.reset}
      aria-label="As the scene type has it"
      title="As the scene type has it"
      square
      onClick={onClick}
    >
      <RotateCcw aria-hidden />
    </Button>
  );
}

function usePreview(sceneType: SceneType, characterId: number | undefined) {
  return useQuery({
    queryKey: [...keys.sceneType(sceneType.id), "prompts", characterId, sceneType.updated_at],
    queryFn: () =>
      read(
        api.POST("/api/scene-types/{scene_type_id}/preview-prompts", {
          params: { path: { scene_type_id: sceneType.id } },
          body: { character_id: characterId! },
        }),
      ),
    enabled: characterId !== undefined,
  });
}
