import { Link } from "@tanstack/react-router";
import { Download, RotateCcw } from "lucide-react";
import { mediaUrl } from "@/api/client";
import type { Segment } from "@/api/types";
import { Button } from "@/ui/Button";
import { Fact, Facts } from "@/ui/Facts";
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
  const { clip, artefacts } = segment;
  return (
    <Panel
      title={`Segment ${number(segment.index)}`}
      about={
        segment.is_stale
          ? "Stale: the chain is made anew from here or from before. It stays until it is replaced."
          : undefined
      }
    >
      <Facts list>
        <Fact name="From">
          <Origin segment={segment} />
        </Fact>
        {segment.verdict && (
          <Fact name="QA">
            <VerdictLight verdict={segment.verdict} score={segment.quality_score} />
          </Fact>
        )}
        {clip && (
          <Fact name="Clip">
            {clip.width} × {clip.height}, {clip.frames} frames, {clip.fps} fps
          </Fact>
        )}
        {segment.gpu_seconds != null && <Fact name="GPU">{seconds(segment.gpu_seconds)}</Fact>}
        {segment.worker && <Fact name="Worker">{segment.worker}</Fact>}
        {segment.rendered_at && <Fact name="Rendered">{ago(segment.rendered_at)}</Fact>}
        {segment.trimmed_frames > 0 && (
          <Fact name="Cut off its end">{segment.trimmed_frames} frames</Fact>
        )}
        {segment.recipe_hash && (
          <Fact name="Recipe">
            <code title={segment.recipe_hash}>{segment.recipe_hash.slice(0, 12)}</code>
          </Fact>
        )}
      </Facts>
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

function Origin({ segment }: { segment: Segment }) {
  const { source, test_shot_id: shotId, reused } = segment;
  if (source === "promotion" && shotId) {
    return (
      <Link to="/shots/$shotId" params={{ shotId: String(shotId) }}>
        Test shot {shotId}, promoted
      </Link>
    );
  }
  if (source !== "run") return "Nothing yet";
  return reused ? "An identical render, taken again" : "A render";
}
