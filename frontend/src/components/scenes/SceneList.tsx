import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { allCharacters, allSceneTypes } from "@/api/catalogue";
import { keys } from "@/api/keys";
import { usePages } from "@/api/pages";
import { Button } from "@/ui/Button";
import { Cards } from "@/ui/Cards";
import list from "@/ui/catalogue.module.css";
import { SelectField } from "@/ui/Field";
import { IdField } from "@/ui/IdField";
import { Empty, Failure, Loading } from "@/ui/States";
import { sceneState } from "./chain";
import { scenesPage } from "./queries";
import { SceneCard } from "./SceneCard";
import { SCENE_STATUSES, type SceneSearch } from "./scene-search";

const route = getRouteApi("/scenes");

export function SceneList({ onCreate }: { onCreate?: () => void }) {
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const scenes = usePages([...keys.scenes, "list", filters], (cursor) =>
    scenesPage(filters, cursor),
  );
  const sceneTypes = useQuery(allSceneTypes).data;
  const characters = useQuery(allCharacters).data;
  const typeNames = useMemo(
    () => new Map(sceneTypes?.map((one) => [one.id, one.name])),
    [sceneTypes],
  );
  const people = useMemo(() => new Map(characters?.map((one) => [one.id, one])), [characters]);
  const set = (change: SceneSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const isFiltered = Object.values(filters).some((one) => one !== undefined);

  return (
    <>
      <div className={list.filters}>
        <SelectField
          label="Status"
          value={filters.status ?? ""}
          onChange={(event) =>
            set({ status: SCENE_STATUSES.find((one) => one === event.target.value) })
          }
        >
          <option value="">Any</option>
          {SCENE_STATUSES.map((status) => (
            <option key={status} value={status}>
              {sceneState({ status })[1]}
            </option>
          ))}
        </SelectField>
        <IdField
          label="Scene type"
          rows={sceneTypes ?? []}
          none="Any"
          value={filters.scene_type_id}
          onChange={(id) => set({ scene_type_id: id })}
        />
        <IdField
          label="Character"
          rows={characters ?? []}
          none="Any"
          value={filters.character_id}
          onChange={(id) => set({ character_id: id })}
        />
      </div>
      {scenes.isPending ? (
        <Loading />
      ) : scenes.isError ? (
        <Failure error={scenes.error} retry={() => void scenes.refetch()} />
      ) : !scenes.items.length ? (
        <Empty
          title={isFiltered ? "No scene is like that" : "There is no scene yet"}
          action={
            isFiltered ? (
              <Button onClick={() => void navigate({ search: {}, replace: true })}>
                Show all scenes
              </Button>
            ) : (
              onCreate && (
                <Button look="primary" onClick={onCreate}>
                  New scene
                </Button>
              )
            )
          }
        >
          A scene is a scene type with a character. Promote a good test shot to be its first
          segment, or generate it from the start.
        </Empty>
      ) : (
        <Cards>
          {scenes.items.map((scene) => {
            const person = people.get(scene.character_id);
            const names = [typeNames.get(scene.scene_type_id), person?.name].filter(Boolean);
            return (
              <SceneCard
                key={scene.id}
                scene={scene}
                of={names.join(" · ")}
                sourceUrl={person?.images[0]?.url}
              />
            );
          })}
        </Cards>
      )}
      {scenes.hasNextPage && (
        <Button
          className={list.more}
          disabled={scenes.isFetchingNextPage}
          onClick={() => void scenes.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </>
  );
}
