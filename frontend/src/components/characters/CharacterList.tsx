import { useDeferredValue, useState } from "react";
import { keys } from "@/api/keys";
import { usePages } from "@/api/pages";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";
import { Cards } from "@/ui/Cards";
import list from "@/ui/catalogue.module.css";
import { DropArea } from "@/ui/DropArea";
import { TextField } from "@/ui/Field";
import { Empty, Failure, Loading } from "@/ui/States";
import { createCharacter, IMAGES } from "./actions";
import { CharacterCard } from "./CharacterCard";
import { ImportNote } from "./ImportNote";
import { characterName } from "./import-images";
import { charactersPage } from "./queries";
import { useImport } from "./use-import";

export function CharacterList() {
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim()) || undefined;
  const may = useMay("creator");
  const characters = usePages([...keys.characters, "list", q], (cursor) =>
    charactersPage(q, cursor),
  );
  const { progress, run, forget } = useImport(
    (file) => createCharacter(characterName(file.name), file),
    "character",
  );
  const found = characters.isPending ? (
    <Loading />
  ) : characters.isError ? (
    <Failure error={characters.error} retry={() => void characters.refetch()} />
  ) : !characters.items.length ? (
    <Empty title={q ? "No character is called so" : "There is no character yet"}>
      {q ? undefined : "Drop photographs here: each becomes a character, named by its file."}
    </Empty>
  ) : (
    <Cards>
      {characters.items.map((character) => (
        <CharacterCard key={character.id} character={character} />
      ))}
    </Cards>
  );
  return (
    <>
      <div className={list.filters}>
        <TextField
          label="Find"
          type="search"
          value={text}
          placeholder="Name"
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <ImportNote progress={progress} onClose={forget} />
      {may ? (
        <DropArea
          hint="Drop images or a folder anywhere here: each file becomes a character, named by the file."
          choose="Choose images…"
          accept={IMAGES}
          multiple
          folders
          disabled={progress?.isRunning}
          onFiles={(files) => void run(files)}
        >
          {found}
        </DropArea>
      ) : (
        found
      )}
      {characters.hasNextPage && (
        <Button className={list.more} onClick={() => void characters.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}
