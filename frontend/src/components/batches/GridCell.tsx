import { Link } from "@tanstack/react-router";
import type { Batch, Shot } from "@/api/types";
import { ShotMedia } from "@/components/test-shots/ShotMedia";
import { STATUS_WORDS } from "@/components/test-shots/words";
import { VerdictLight } from "@/ui/VerdictLight";
import style from "./GridCell.module.css";

interface GridCellProps {
  cell: Batch["grid"]["cells"][number];
  shot: Shot | undefined;
  plays: boolean;
  onPoint: (index: number | undefined) => void;
  isSelected: boolean;
  onSelect: (id: number) => void;
}

/** One test shot of a batch: small, and playing while one points at it. */
export function GridCell({ cell, shot, plays, onPoint, isSelected, onSelect }: GridCellProps) {
  if (!shot) return <p className={style.gone}>Deleted</p>;
  return (
    <article
      className={style.cell}
      data-selected={isSelected || undefined}
      onPointerEnter={() => onPoint(cell.index)}
      onPointerLeave={() => onPoint(undefined)}
      onFocus={() => onPoint(cell.index)}
      onBlur={() => onPoint(undefined)}
    >
      <Link
        to="/shots/$shotId"
        params={{ shotId: String(shot.id) }}
        aria-label={`${cell.label}: ${STATUS_WORDS[shot.status]}`}
      >
        <ShotMedia shot={shot} plays={plays} />
      </Link>
      <label>
        <input
          type="checkbox"
          checked={isSelected}
          aria-label={`Select ${cell.label}`}
          onChange={() => onSelect(shot.id)}
        />
        {cell.verdict ? (
          <VerdictLight verdict={cell.verdict} score={cell.quality_score} />
        ) : (
          <span>{STATUS_WORDS[shot.status]}</span>
        )}
        {cell.reused && <em>reused</em>}
      </label>
    </article>
  );
}
