import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { mediaUrl } from "@/api/client";
import type { SceneSummary } from "@/api/types";
import { Card } from "@/ui/Cards";
import list from "@/ui/catalogue.module.css";
import { ago, counted } from "@/ui/format";
import { Pill } from "@/ui/Pill";
import { isRendered, sceneState } from "./chain";
import { Poster } from "./Poster";
import { sceneQuery } from "./queries";
import { SceneStrip } from "./SceneStrip";

interface SceneCardProps {
  scene: SceneSummary;
  /** Names of its scene type and character. */
  of?: string;
  /** Shown until a segment is rendered. */
  sourceUrl?: string;
}

export function SceneCard({ scene, of, sourceUrl }: SceneCardProps) {
  const { data } = useQuery(sceneQuery(scene.id));
  const chain = data?.chain;
  const first = chain?.segments.find(isRendered);
  const [tone, words] = sceneState(data ?? scene, chain);
  return (
    <Card
      picture={
        <Poster
          poster={mediaUrl(first?.artefacts?.poster.key)}
          video={mediaUrl(first?.artefacts?.video.key)}
          source={sourceUrl}
        />
      }
    >
      <SceneStrip segments={chain?.segments ?? []} />
      <Link to="/scenes/$sceneId" params={{ sceneId: String(scene.id) }}>
        {scene.name}
      </Link>
      {of && <p className={list.faint}>{of}</p>}
      <p className={`${list.line} ${list.spread}`}>
        <Pill tone={tone}>{words}</Pill>
        <span className="number">
          {chain
            ? `${chain.rendered_segments} of ${counted(chain.planned_segments, "segment")}`
            : ago(scene.updated_at)}
        </span>
      </p>
    </Card>
  );
}
