import { useState } from "react";
import { CharacterList } from "@/components/characters/CharacterList";
import { NewCharacterDialog } from "@/components/characters/NewCharacterDialog";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";
import { Page } from "@/ui/Page";

export function CharactersPage() {
  const [creates, setCreates] = useState(false);
  return (
    <Page
      title="Characters"
      actions={
        useMay("creator") && (
          <Button look="primary" onClick={() => setCreates(true)}>
            New character
          </Button>
        )
      }
    >
      <CharacterList />
      {creates && <NewCharacterDialog open onClose={() => setCreates(false)} />}
    </Page>
  );
}
