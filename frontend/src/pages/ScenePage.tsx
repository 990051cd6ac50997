import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { characterQuery } from "@/components/characters/queries";
import { sceneTypeQuery } from "@/components/scene-types/queries";
import { sceneQuery } from "@/components/scenes/queries";
import { SceneActions } from "@/components/scenes/SceneActions";
import { SceneView } from "@/components/scenes/SceneView";
import { Page } from "@/ui/Page";
import { Failure, Loading } from "@/ui/States";

const route = getRouteApi("/scenes/$sceneId");

export function ScenePage() {
  const id = Number(route.useParams().sceneId);
  const { segment } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: scene, error, refetch } = useQuery(sceneQuery(id));
  const sceneType = useQuery({ ...sceneTypeQuery(scene?.scene_type_id ?? 0), enabled: !!scene });
  const character = useQuery({ ...characterQuery(scene?.character_id ?? 0), enabled: !!scene });
  return (
    <Page
      title={scene?.name ?? "Scene"}
      above={<Link to="/scenes">Scenes</Link>}
      actions={scene && <SceneActions scene={scene} />}
    >
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : scene ? (
        <SceneView
          scene={scene}
          sceneType={sceneType.data}
          character={character.data}
          selected={segment}
          onSelect={(index) =>
            void navigate({ search: { segment: index }, replace: true, resetScroll: false })
          }
        />
      ) : (
        <Loading cards={3} />
      )}
    </Page>
  );
}
