import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, mediaUrl, read } from "@/api/client";
import { keys } from "@/api/keys";
import type { Scene } from "@/api/types";
import { Button } from "@/ui/Button";
import { Panel } from "@/ui/Panel";
import { VerdictLight } from "@/ui/VerdictLight";
import { isRendered, isRunning } from "./chain";
import { Poster } from "./Poster";
import style from "./PromotableShots.module.css";
import { PromoteDialog } from "./PromoteDialog";

const SHOWN = 8;

/**
 * Test shots that could begin a scene, the best first.
 *
 * Gone once the scene has a segment, but for the dialog in which one was promoted.
 */
export function PromotableShots({ scene }: { scene: Scene }) {
  const { scene_type_id, character_id } = scene;
  const [promotes, setPromotes] = useState<number>();
  const { data } = useQuery({
    queryKey: [...keys.shots, "promotable", scene_type_id, character_id],
    queryFn: () =>
      read(
        api.GET("/api/test-shots/gallery", {
          params: {
            query: {
              scene_type_id,
              character_id,
              status: ["scored"],
              promoted: false,
              sort: "quality",
              order: "desc",
              limit: SHOWN,
            },
          },
        }),
      ),
  });
  const isEmpty = !scene.chain.segments.some(isRendered) && !isRunning(scene.chain);
  return (
    <>
      {isEmpty && data && data.items.length > 0 && (
        <Panel
          title="Begin with a test shot"
          about="A promoted test shot becomes segment 001 as it is, and costs nothing again."
        >
          <ul className={style.shots}>
            {data.items.map((shot) => (
              <li key={shot.id}>
                <Poster
                  poster={mediaUrl(shot.poster_path)}
                  video={mediaUrl(shot.output_video_path)}
                />
                <p>
                  <Link to="/shots/$shotId" params={{ shotId: String(shot.id) }}>
                    {shot.label || `Test shot ${shot.id}`}
                  </Link>
                  {shot.verdict && (
                    <VerdictLight verdict={shot.verdict} score={shot.quality_score} />
                  )}
                </p>
                <Button size="s" onClick={() => setPromotes(shot.id)}>
                  Promote…
                </Button>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {promotes !== undefined && (
        <PromoteDialog
          shotId={promotes}
          sceneId={scene.id}
          open
          onClose={() => setPromotes(undefined)}
        />
      )}
    </>
  );
}
