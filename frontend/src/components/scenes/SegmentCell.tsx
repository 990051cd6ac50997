import { BadgeCheck, Hourglass, Scissors } from "lucide-react";
import { useEffect, useRef } from "react";
import { mediaUrl } from "@/api/client";
import { type Progress, useProgress } from "@/api/progress";
import type { Segment } from "@/api/types";
import { Bar } from "@/ui/Bar";
import { percent } from "@/ui/format";
import { VerdictLight } from "@/ui/VerdictLight";
import { number } from "./chain";
import style from "./SegmentCell.module.css";

interface SegmentCellProps {
  sceneId: number;
  segment: Segment;
  awaitsFrame: boolean;
  isSelected: boolean;
  onSelect: () => void;
}

const WORDS: Record<Segment["status"], string> = {
  planned: "Planned",
  waiting: "Waits",
  rendering: "Renders",
  rendered: "Rendered",
  scored: "Scored",
};

export function SegmentCell({
  sceneId,
  segment,
  awaitsFrame,
  isSelected,
  onSelect,
}: SegmentCellProps) {
  const heard = useProgress(`scene:${sceneId}`);
  const progress = segment.status === "rendering" ? heard : undefined;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isSelected) button.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isSelected]);
  return (
    <li className={style.cell} data-stale={segment.is_stale || undefined}>
      <button ref={button} type="button" aria-pressed={isSelected} onClick={onSelect}>
        <Picture segment={segment} progress={progress} />
        <span className={style.line}>
          <span className={style.index}>
            <span className="visually-hidden">Segment </span>
            {number(segment.index)}
          </span>
          <span className={style.state}>
            {awaitsFrame && <Scissors aria-label="A boundary frame is to be chosen" />}
            {segment.source === "promotion" && <BadgeCheck aria-label="Promoted test shot" />}
            {segment.is_stale ? (
              "Stale"
            ) : segment.verdict ? (
              <VerdictLight verdict={segment.verdict} score={segment.quality_score} />
            ) : progress ? (
              percent(progress.fraction)
            ) : (
              WORDS[segment.status]
            )}
          </span>
        </span>
      </button>
    </li>
  );
}

function Picture({ segment, progress }: { segment: Segment; progress?: Progress }) {
  const poster = mediaUrl(segment.artefacts?.poster.key);
  const version = segment.artefacts?.poster.sha256.slice(0, 8);
  return (
    <span className={style.picture} data-status={segment.status}>
      {progress?.preview ? (
        <img src={progress.preview} alt="" />
      ) : poster ? (
        <img src={`${poster}?v=${version}`} alt="" loading="lazy" />
      ) : (
        segment.status === "waiting" && <Hourglass aria-hidden />
      )}
      {progress && (
        <span className={style.progress}>
          <Bar part={progress.fraction} label={`Segment ${segment.index} is rendered`} />
        </span>
      )}
    </span>
  );
}
