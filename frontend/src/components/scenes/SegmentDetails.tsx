import { Link } from "@tanstack/react-router";
import { Download, RotateCcw } from "lucide-react";
import { mediaUrl } from "@/api/client";
import type { Segment } from "@/api/types";
import { Button } from "@/ui/Button";
import { Facts } from "@/ui/Facts";
import { ago, seconds } from "@/ui/format";
import { Panel } from "@/ui/Panel";
import { VerdictLight } from "@/ui/VerdictLight";
import { number } from "./chain";
import style from "./SceneView.module.css";

interface SegmentDetailsProps {
  segment: Segment;
  onRegenerate?: () => void;
}

export function SegmentDetails({ segment, onRegenerate }: SegmentDetailsProps) {
  const { clip, artefacts, test_shot_id: shotId } = segment;
  return (
    <Panel
      title={`Segment ${number(segment.index)}`}
      about={
        segment.is_stale
          ? "Stale: the chain is made anew from here or from before. It stays until it is replaced."
          : undefined
      }
    >
      <Facts
        list
        facts={[
          [
            "From",
            segment.source === "promotion" && shotId ? (
              <Link key="shot" to="/shots/$shotId" params={{ shotId: String(shotId) }}>
                Test shot {shotId}, promoted
              </Link>
            ) : segment.source === "run" ? (
              segment.reused ? (
                "An identical render, taken again"
              ) : (
                "A render"
              )
            ) : (
              "Nothing yet"
            ),
          ],
          segment.verdict && [
            "QA",
            <VerdictLight key="qa" verdict={segment.verdict} score={segment.quality_score} />,
          ],
          clip && [
            "Clip",
            `${clip.width} × ${clip.height}, ${clip.frames} frames, ${clip.fps} fps`,
          ],
          segment.gpu_seconds != null && ["GPU", seconds(segment.gpu_seconds)],
          segment.worker && ["Worker", segment.worker],
          segment.rendered_at && ["Rendered", ago(segment.rendered_at)],
          segment.trimmed_frames > 0 && ["Cut off its end", `${segment.trimmed_frames} frames`],
          segment.recipe_hash && [
            "Recipe",
            <code key="recipe" title={segment.recipe_hash}>
              {segment.recipe_hash.slice(0, 12)}
            </code>,
          ],
        ]}
      />
      <div className={style.buttons}>
        {onRegenerate && (
          <Button size="s" onClick={onRegenerate}>
            <RotateCcw aria-hidden /> Make anew from here…
          </Button>
        )}
        {artefacts && (
          <a
            className={style.download}
            href={mediaUrl(artefacts.video.key)}
            download={`segment-${number(segment.index)}.mp4`}
          >
            <Download aria-hidden /> Clip
          </a>
        )}
        {artefacts && (
          <a
            className={style.download}
            href={mediaUrl(artefacts.last_frame.key)}
            download={`segment-${number(segment.index)}.last.png`}
          >
            <Download aria-hidden /> Boundary frame
          </a>
        )}
      </div>
    </Panel>
  );
}
