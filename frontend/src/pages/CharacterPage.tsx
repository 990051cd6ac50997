import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { CharacterActions } from "@/components/characters/CharacterActions";
import { CharacterView } from "@/components/characters/CharacterView";
import { characterQuery } from "@/components/characters/queries";
import { Page } from "@/ui/Page";
import { Failure, Loading } from "@/ui/States";

const route = getRouteApi("/characters/$characterId");

export function CharacterPage() {
  const id = Number(route.useParams().characterId);
  const { data: character, error, refetch } = useQuery(characterQuery(id));
  return (
    <Page
      title={character?.name ?? "Character"}
      above={<Link to="/characters">Characters</Link>}
      actions={character && <CharacterActions character={character} />}
    >
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : character ? (
        <CharacterView key={character.id} character={character} />
      ) : (
        <Loading cards={2} />
      )}
    </Page>
  );
}
