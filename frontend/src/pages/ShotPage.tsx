import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ShotActions } from "@/components/shot/ShotActions";
import { Neighbours, ShotDetail } from "@/components/shot/ShotDetail";
import { shotQuery } from "@/components/shot/use-shot";
import { lastGallery } from "@/components/test-shots/gallery-query";
import { Page } from "@/ui/Page";
import { Failure, Loading } from "@/ui/States";

export function ShotPage() {
  const id = Number(useParams({ from: "/shots/$shotId" }).shotId);
  const shot = useQuery(shotQuery(id));
  if (shot.isPending) return <Loading cards={2} label="Loading the test shot" />;
  if (shot.isError) return <Failure error={shot.error} retry={() => void shot.refetch()} />;
  const { character, scene_type, label } = shot.data;
  return (
    <Page
      title={character.name}
      above={
        <>
          <Link to="/shots" search={lastGallery()}>
            Test shots
          </Link>{" "}
          / {id}, {scene_type.name}
          {label && `, ${label}`}
        </>
      }
      actions={
        <>
          <Neighbours id={id} />
          <ShotActions shot={shot.data} />
        </>
      }
    >
      <ShotDetail shot={shot.data} />
    </Page>
  );
}
