import { useNavigate } from "@tanstack/react-router";
import { Pencil } from "lucide-react";
import { useState } from "react";
import type { Character } from "@/api/types";
import { TestShotButton } from "@/components/test-shots/TestShotButton";
import { useMay } from "@/session/session";
import { AskFirst } from "@/ui/AskFirst";
import { Button } from "@/ui/Button";
import { DeleteButton } from "@/ui/DeleteButton";
import { NameField } from "@/ui/NameField";
import { removeCharacter, saveCharacter } from "./actions";

export function CharacterActions({ character }: { character: Character }) {
  const [renames, setRenames] = useState(false);
  const [name, setName] = useState(character.name);
  const navigate = useNavigate();
  if (!useMay("creator")) return null;
  return (
    <>
      <Button
        onClick={() => {
          setName(character.name);
          setRenames(true);
        }}
      >
        <Pencil aria-hidden /> Rename
      </Button>
      <DeleteButton
        label="Delete the character"
        title={`Delete ${character.name}`}
        run={async () => {
          await removeCharacter(character.id);
          await navigate({ to: "/characters" });
        }}
      >
        <p>The character is removed with its images and test shots. It must have no scenes.</p>
      </DeleteButton>
      <TestShotButton characterId={character.id} />
      <AskFirst
        open={renames}
        onClose={() => setRenames(false)}
        title="Rename the character"
        yes="Rename"
        disabled={!name.trim()}
        run={() => saveCharacter(character.id, { name: name.trim() })}
      >
        <NameField
          value={name}
          onChange={setName}
          hint="Prompts that say {name} use it from now on."
        />
      </AskFirst>
    </>
  );
}
