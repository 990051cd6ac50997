import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { AskFirst } from "@/ui/AskFirst";
import { DropArea } from "@/ui/DropArea";
import { NameField } from "@/ui/NameField";
import { createCharacter, IMAGES } from "./actions";
import { characterName } from "./import-images";

export function NewCharacterDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [image, setImage] = useState<File>();
  const create = async () => {
    const made = await createCharacter(name.trim(), image);
    await navigate({ to: "/characters/$characterId", params: { characterId: String(made.id) } });
  };
  return (
    <AskFirst
      open={open}
      onClose={onClose}
      title="New character"
      yes="Make the character"
      disabled={!name.trim()}
      run={create}
    >
      <NameField value={name} autoFocus onChange={setName} />
      <DropArea
        hint={image ? image.name : "A source image: PNG, JPEG or WebP."}
        choose={image ? "Choose another…" : "Choose an image…"}
        accept={IMAGES}
        onFiles={([file]) => {
          setImage(file);
          if (file && !name.trim()) setName(characterName(file.name));
        }}
      />
    </AskFirst>
  );
}
