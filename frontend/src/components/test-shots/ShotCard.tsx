/** One test shot in the gallery: how it looks, what makes it different, what came of it. */

import { Link } from "@tanstack/react-router";
import { Award, Check, X } from "lucide-react";
import { memo, useLayoutEffect, useRef } from "react";
import type { Shot } from "@/api/types";
import { ago, parameter, seconds } from "@/ui/format";
import { Stars } from "@/ui/Stars";
import { VerdictLight } from "@/ui/VerdictLight";
import type { Chip } from "./differing";
import { chips } from "./differing";
import style from "./ShotCard.module.css";
import { ShotMedia } from "./ShotMedia";

export interface ShotCardProps {
  shot: Shot;
  /** Names of the parameters that differ in the view. */
  differ: readonly string[];
  /** It passes too fast to be read: only the picture. */
  isBrief: boolean;
  plays: boolean;
  isSelected: boolean;
  /** The keyboard came here: grows with every step, so that each one focuses. */
  focusedBy: number | undefined;
  onPoint: (id: number | undefined) => void;
  onFocus: (id: number) => void;
  onSelect: (id: number, range: boolean) => void;
}

export const ShotCard = memo(function ShotCard(props: ShotCardProps) {
  const { shot, differ, isBrief, plays, isSelected, focusedBy, onPoint, onFocus, onSelect } = props;
  const link = useRef<HTMLAnchorElement>(null);
  useLayoutEffect(() => {
    if (focusedBy) link.current?.focus({ preventScroll: true });
  }, [focusedBy]);
  return (
    <article
      className={style.card}
      data-selected={isSelected || undefined}
      data-decision={shot.review?.decision ?? undefined}
      onPointerEnter={(event) => event.pointerType === "mouse" && onPoint(shot.id)}
      onPointerLeave={() => onPoint(undefined)}
      onFocus={() => onFocus(shot.id)}
    >
      <Link
        ref={link}
        to="/shots/$shotId"
        params={{ shotId: String(shot.id) }}
        className={style.open}
        aria-label={`Test shot ${shot.id}: ${shot.character.name}, ${shot.scene_type.name}`}
        draggable={false}
      >
        <ShotMedia shot={shot} plays={plays} />
      </Link>
      <label className={style.select}>
        <input
          type="checkbox"
          checked={isSelected}
          aria-label={`Select test shot ${shot.id}`}
          onChange={(event) =>
            onSelect(shot.id, (event.nativeEvent as unknown as MouseEvent).shiftKey)
          }
        />
      </label>
      <Marks shot={shot} />
      {!isBrief && <Words shot={shot} differ={differ} />}
    </article>
  );
});

function Words({ shot, differ }: Pick<ShotCardProps, "shot" | "differ">) {
  return (
    <div className={style.text}>
      <p className={style.title}>
        <strong>{shot.character.name}</strong>
        <span>{shot.scene_type.name}</span>
        {shot.verdict && <VerdictLight verdict={shot.verdict} score={shot.quality_score} />}
      </p>
      <Chips shown={chips(shot, differ)} label={shot.label} />
      <p className={style.facts}>
        <Stars value={shot.review?.rating} />
        {shot.review?.tags.map((tag) => (
          <span key={tag} className={style.tag}>
            {tag}
          </span>
        ))}
        <span className={style.cost}>{cost(shot)}</span>
        <time dateTime={shot.created_at} title={new Date(shot.created_at).toLocaleString()}>
          {ago(shot.created_at)}
        </time>
      </p>
    </div>
  );
}

function Marks({ shot }: { shot: Shot }) {
  const decision = shot.review?.decision;
  if (!decision && !shot.is_promoted) return null;
  return (
    <p className={style.marks}>
      {shot.is_promoted && (
        <span className={style.promoted} title="It is segment 001 of a scene">
          <Award aria-hidden />
          Promoted
        </span>
      )}
      {decision === "approved" && (
        <span className={style.approved} role="img" aria-label="Approved" title="Approved">
          <Check aria-hidden />
        </span>
      )}
      {decision === "rejected" && (
        <span className={style.rejected} role="img" aria-label="Rejected" title="Rejected">
          <X aria-hidden />
        </span>
      )}
    </p>
  );
}

function Chips({ shown, label }: { shown: Chip[]; label: string }) {
  return (
    <ul className={style.chips} aria-label="Parameters that differ">
      {shown.map(({ name, value }) => {
        const text = value === undefined ? "none" : parameter(value);
        return (
          <li key={name} title={`${name}: ${text}`}>
            <span>{name}</span>
            {/* One piece of text, not two: there are many chips. */}
            {` ${text}`}
          </li>
        );
      })}
      {shown.length === 0 && label && <li>{label}</li>}
    </ul>
  );
}

/** What it cost, or that it cost nothing. */
export function cost(shot: Shot): string {
  if (shot.reused) return "reused";
  return shot.gpu_seconds == null ? "" : `${seconds(shot.gpu_seconds)} GPU`;
}
