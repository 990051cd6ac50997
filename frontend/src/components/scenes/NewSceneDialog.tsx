import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { allCharacters, allSceneTypes } from "@/api/catalogue";
import { AskFirst } from "@/ui/AskFirst";
import { SelectField, TextField } from "@/ui/Field";
import { IdOptions } from "@/ui/IdOptions";
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
      <SelectField
        label="Scene type"
        value={sceneType?.id ?? ""}
        onChange={(event) => setSceneType(Number(event.target.value))}
      >
        <IdOptions rows={sceneTypes} />
      </SelectField>
      <SelectField
        label="Character"
        value={character?.id ?? ""}
        onChange={(event) => setCharacter(Number(event.target.value))}
      >
        <IdOptions rows={characters} />
      </SelectField>
      <TextField
        label="Name"
        value={name}
        maxLength={200}
        placeholder={proposed}
        onChange={(event) => setName(event.target.value)}
        hint="Nothing is rendered until you generate it or promote a test shot into it."
      />
    </AskFirst>
  );
}
