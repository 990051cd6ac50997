import { useNavigate } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Character } from "@/api/types";
import { TestShotButton } from "@/components/test-shots/TestShotButton";
import { useMay } from "@/session/session";
import { AskFirst } from "@/ui/AskFirst";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { removeCharacter, saveCharacter } from "./actions";

export function CharacterActions({ character }: { character: Character }) {
  const [asks, setAsks] = useState<"rename" | "delete">();
  const [name, setName] = useState(character.name);
  const navigate = useNavigate();
  const close = () => setAsks(undefined);
  if (!useMay("creator")) return null;
  return (
    <>
      <Button
        onClick={() => {
          setName(character.name);
          setAsks("rename");
        }}
      >
        <Pencil aria-hidden /> Rename
      </Button>
      <IconButton
        icon={Trash2}
        look="plain"
        label="Delete the character"
        onClick={() => setAsks("delete")}
      />
      <TestShotButton characterId={character.id} />
      <AskFirst
        open={asks === "rename"}
        onClose={close}
        title="Rename the character"
        yes="Rename"
        disabled={!name.trim()}
        run={() => saveCharacter(character.id, { name: name.trim() })}
      >
        <TextField
          label="Name"
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.target.value)}
          hint="Prompts that say {name} use it from now on."
        />
      </AskFirst>
      <AskFirst
        open={asks === "delete"}
        onClose={close}
        title={`Delete ${character.name}`}
        yes="Delete"
        danger
        run={async () => {
          await removeCharacter(character.id);
          await navigate({ to: "/characters" });
        }}
      >
        <p>The character is removed with its images and test shots. It must have no scenes.</p>
      </AskFirst>
    </>
  );
}
