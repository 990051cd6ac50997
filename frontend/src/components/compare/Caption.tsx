import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import type { Shot } from "@/api/types";
import { IconButton } from "@/ui/IconButton";
import { VerdictLight } from "@/ui/VerdictLight";
import style from "./Caption.module.css";
import type { Player } from "./player";
import { shotName } from "./shot-clip";
import { usePlayerState } from "./use-player";

interface CaptionProps {
  player: Player;
  shot: Shot;
  /** From 1: the key that flips to it. */
  position: number;
  onRemove?: () => void;
}

/** Which clip this is, the frame its cell shows, and what QA says of it. */
export function Caption({ player, shot, position, onRemove }: CaptionProps) {
  const frame = usePlayerState(player, ({ drawn }) => drawn[shot.id]);
  return (
    <p className={style.caption}>
      <span className={style.position}>{position}</span>
      <Link to="/shots/$shotId" params={{ shotId: String(shot.id) }} className={style.name}>
        {shotName(shot)}
      </Link>
      {shot.verdict && <VerdictLight verdict={shot.verdict} score={shot.quality_score} />}
      <span className={`${style.frame} number`} title="Frame that is shown">
        {frame === undefined ? "" : frame + 1}
      </span>
      {onRemove && (
        <IconButton
          icon={X}
          size="s"
          label={`Take ${shotName(shot)} out of the comparison`}
          onClick={onRemove}
        />
      )}
    </p>
  );
}
