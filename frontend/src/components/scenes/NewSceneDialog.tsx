import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { allCharacters, allSceneTypes } from "@/api/catalogue";
import { AskFirst } from "@/ui/AskFirst";
import { IdField } from "@/ui/IdField";
import { NameField } from "@/ui/NameField";
import { createScene } from "./actions";

interface NewSceneDialogProps {
  open: boolean;
  onClose: () => void;
  sceneTypeId?: number;
  characterId?: number;
}

export function NewSceneDialog({ open, onClose, ...given }: NewSceneDialogProps) {
  const navigate = useNavigate();
  const sceneTypes = useQuery({ ...allSceneTypes, enabled: open }).data ?? [];
  const characters = useQuery({ ...allCharacters, enabled: open }).data ?? [];
  const [sceneTypeId, setSceneType] = useState(given.sceneTypeId);
  const [characterId, setCharacter] = useState(given.characterId);
  const [name, setName] = useState("");
  const sceneType = sceneTypes.find(({ id }) => id === sceneTypeId) ?? sceneTypes[0];
  const character = characters.find(({ id }) => id === characterId) ?? characters[0];
  const proposed = sceneType && character ? `${character.name}, ${sceneType.name}` : "";

  const create = async () => {
    const made = await createScene(name.trim() || proposed, sceneType!.id, character!.id);
    await navigate({ to: "/scenes/$sceneId", params: { sceneId: String(made.id) } });
  };

  return (
    <AskFirst
      open={open}
      onClose={onClose}
      title="New scene"
      yes="Make the scene"
      disabled={!sceneType || !character}
      run={create}
    >
      <IdField label="Scene type" rows={sceneTypes} value={sceneType?.id} onChange={setSceneType} />
      <IdField label="Character" rows={characters} value={character?.id} onChange={setCharacter} />
      <NameField
        value={name}
        placeholder={proposed}
        onChange={setName}
        hint="Nothing is rendered until you generate it or promote a test shot into it."
      />
    </AskFirst>
  );
}
