import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { allSceneTypes } from "@/api/catalogue";
import { BlindComparison } from "@/components/blind/BlindComparison";
import { RankingTable } from "@/components/blind/RankingTable";
import { Button } from "@/ui/Button";
import { IdOptions } from "@/ui/IdOptions";
import { Page } from "@/ui/Page";
import { Empty, Failure, Loading } from "@/ui/States";
import style from "./BlindPage.module.css";

const route = getRouteApi("/compare/blind");

export function BlindPage() {
  const { scene_type_id } = route.useSearch();
  const navigate = route.useNavigate();
  const [shows, setShows] = useState<"vote" | "ranking">("vote");
  const sceneTypes = useQuery(allSceneTypes);
  const known = sceneTypes.data ?? [];
  const chosen = scene_type_id ?? known[0]?.id;

  const actions = known.length > 0 && (
    <>
      <select
        className={style.choose}
        aria-label="Scene type"
        value={chosen}
        onChange={({ target }) =>
          void navigate({ search: { scene_type_id: Number(target.value) }, replace: true })
        }
      >
        <IdOptions rows={known} />
      </select>
      <Button look="quiet" aria-pressed={shows === "vote"} onClick={() => setShows("vote")}>
        Vote
      </Button>
      <Button look="quiet" aria-pressed={shows === "ranking"} onClick={() => setShows("ranking")}>
        Ranking
      </Button>
    </>
  );
  return (
    <Page title="Blind comparison" actions={actions}>
      {content()}
    </Page>
  );

  function content() {
    if (sceneTypes.isPending) return <Loading cards={2} />;
    if (sceneTypes.error) {
      return <Failure error={sceneTypes.error} retry={() => void sceneTypes.refetch()} />;
    }
    if (chosen === undefined) {
      return (
        <Empty
          title="No scene types yet"
          action={<Link to="/scene-types">To the scene types</Link>}
        >
          Clips of one scene type are compared with one another.
        </Empty>
      );
    }
    if (shows === "ranking") return <RankingTable sceneTypeId={chosen} />;
    return (
      <>
        <p className={style.about}>
          Which of the two is better? Names, parameters and scores are hidden, and the sides are
          shuffled.
        </p>
        <BlindComparison key={chosen} sceneTypeId={chosen} />
      </>
    );
  }
}
