import { Link } from "@tanstack/react-router";
import { UserRound } from "lucide-react";
import type { Character } from "@/api/types";
import { Card } from "@/ui/Cards";
import list from "@/ui/catalogue.module.css";
import style from "./Characters.module.css";
import { placeholders } from "./metadata";

export function CharacterCard({ character }: { character: Character }) {
  const [primary] = character.images;
  const facts = placeholders(character.metadata);
  return (
    <Card
      picture={
        <div className={style.portrait}>
          {primary ? <img src={primary.url} alt="" loading="lazy" /> : <UserRound aria-hidden />}
          {character.images.length > 1 && (
            <span className={style.count}>{character.images.length} images</span>
          )}
        </div>
      }
    >
      <Link to="/characters/$characterId" params={{ characterId: String(character.id) }}>
        {character.name}
      </Link>
      <p className={`${list.faint} ${style.facts}`}>
        {!primary
          ? "It has no image yet."
          : facts.length
            ? facts.map(([, value]) => value).join(" · ")
            : "No metadata."}
      </p>
    </Card>
  );
}
