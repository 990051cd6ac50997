import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { sceneTypeQuery } from "@/components/scene-types/queries";
import { SceneTypeActions } from "@/components/scene-types/SceneTypeActions";
import { SceneTypeForm } from "@/components/scene-types/SceneTypeForm";
import { Page } from "@/ui/Page";
import { Failure, Loading } from "@/ui/States";

const route = getRouteApi("/scene-types/$sceneTypeId");

export function SceneTypePage() {
  const id = Number(route.useParams().sceneTypeId);
  const { data: sceneType, error, refetch } = useQuery(sceneTypeQuery(id));
  return (
    <Page
      title={sceneType?.name ?? "Scene type"}
      above={<Link to="/scene-types">Scene types</Link>}
      actions={sceneType && <SceneTypeActions sceneType={sceneType} />}
    >
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : sceneType ? (
        <SceneTypeForm key={sceneType.id} saved={sceneType} />
      ) : (
        <Loading cards={4} />
      )}
    </Page>
  );
}
