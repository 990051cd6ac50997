/** Asking for test shots: of what, with whom, how, and what it will cost. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { allCharacters, allSceneTypes } from "@/api/catalogue";
import type { Character, SceneType, Shot } from "@/api/types";
import { sceneQuery } from "@/components/scenes/queries";
import { Dialog } from "@/ui/Dialog";
import { IdField } from "@/ui/IdField";
import { Empty, Failure, Loading } from "@/ui/States";
import { CharacterPicker } from "./CharacterPicker";
import { TestShotForm } from "./TestShotForm";
import style from "./TestShotPanel.module.css";

interface TestShotPanelProps {
  sceneTypeId?: number;
  characterId?: number;
  sceneId?: number;
  from?: Shot;
  onClose: () => void;
}

export function TestShotPanel({ onClose, ...target }: TestShotPanelProps) {
  const sceneTypes = useQuery(allSceneTypes);
  const characters = useQuery(allCharacters);
  const sceneId = target.sceneId ?? target.from?.scene_id ?? undefined;
  const scene = useQuery({ ...sceneQuery(sceneId ?? 0), enabled: sceneId !== undefined });
  const error = sceneTypes.error ?? characters.error ?? scene.error;
  const isLoaded = sceneTypes.data && characters.data && (sceneId === undefined || scene.data);
  return (
    <Dialog
      open
      panel
      onClose={onClose}
      title="Test shot"
      about="One short clip, made exactly as the scene's first segment would be."
    >
      {isLoaded ? (
        <Target
          {...target}
          sceneId={sceneId}
          sceneName={scene.data?.name}
          sceneTypeId={
            target.sceneTypeId ?? target.from?.scene_type.id ?? scene.data?.scene_type_id
          }
          characterId={target.characterId ?? target.from?.character.id ?? scene.data?.character_id}
          sceneTypes={sceneTypes.data}
          characters={characters.data}
          onClose={onClose}
        />
      ) : error ? (
        <Failure error={error} />
      ) : (
        <Loading cards={2} />
      )}
    </Dialog>
  );
}

interface TargetProps extends TestShotPanelProps {
  sceneName?: string;
  sceneTypes: SceneType[];
  characters: Character[];
}

function Target({ sceneTypes, characters, sceneName, from, onClose, ...target }: TargetProps) {
  const { sceneId } = target;
  const [sceneTypeId, setSceneTypeId] = useState(target.sceneTypeId ?? sceneTypes[0]?.id);
  const first = target.characterId ?? characters.find(({ images }) => images?.length)?.id;
  const [characterIds, setCharacterIds] = useState(first ? [first] : []);
  const sceneType = sceneTypes.find(({ id }) => id === sceneTypeId);
  if (!sceneType) {
    return (
      <Empty
        title="Make a scene type first"
        action={<Link to="/scene-types">To the scene types</Link>}
      >
        It says with which workflow and prompts test shots are made.
      </Empty>
    );
  }
  return (
    <>
      {sceneId ? (
        <p className={style.scene}>
          Of the scene <strong>{sceneName}</strong>
        </p>
      ) : (
        <section className={style.target}>
          <IdField
            label="Scene type"
            rows={sceneTypes}
            value={sceneTypeId}
            onChange={setSceneTypeId}
          />
          <CharacterPicker
            characters={characters}
            value={characterIds}
            onChange={setCharacterIds}
          />
        </section>
      )}
      <TestShotForm
        key={sceneType.id}
        sceneType={sceneType}
        characterIds={characterIds}
        sceneId={sceneId}
        from={from?.scene_type.id === sceneType.id ? from : undefined}
        onClose={onClose}
      />
    </>
  );
}
