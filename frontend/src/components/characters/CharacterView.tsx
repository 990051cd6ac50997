import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Character } from "@/api/types";
import { NewSceneDialog } from "@/components/scenes/NewSceneDialog";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";
import list from "@/ui/catalogue.module.css";
import style from "./Characters.module.css";
import { ImagesPanel } from "./ImagesPanel";
import { MetadataEditor } from "./MetadataEditor";

export function CharacterView({ character }: { character: Character }) {
  const may = useMay("creator");
  const [makesScene, setMakesScene] = useState(false);
  return (
    <>
      <p className={list.line}>
        <Link to="/shots" search={{ character_id: character.id }}>
          Test shots with {character.name}
        </Link>
        <Link to="/scenes" search={{ character_id: character.id }}>
          Scenes with {character.name}
        </Link>
        {may && (
          <Button size="s" onClick={() => setMakesScene(true)}>
            New scene…
          </Button>
        )}
      </p>
      <div className={style.columns}>
        <ImagesPanel character={character} disabled={!may} />
        <MetadataEditor character={character} disabled={!may} />
      </div>
      {makesScene && (
        <NewSceneDialog open onClose={() => setMakesScene(false)} characterId={character.id} />
      )}
    </>
  );
}
