/** What a test shot looks like now: its clip, its poster, or how far it is. */

import { Ban, CircleX } from "lucide-react";
import { mediaUrl } from "@/api/client";
import { useProgress } from "@/api/progress";
import type { Shot } from "@/api/types";
import { percent, starts } from "@/ui/format";
import style from "./ShotMedia.module.css";

interface ShotMediaProps {
  shot: Shot;
  plays?: boolean;
}

export function ShotMedia({ shot, plays }: ShotMediaProps) {
  const video = mediaUrl(shot.output_video_path);
  const poster = mediaUrl(shot.poster_path);
  return (
    <div className={style.media} data-status={shot.status}>
      {poster ? (
        <img src={poster} alt="" loading="lazy" decoding="async" draggable={false} />
      ) : (
        <Unmade shot={shot} />
      )}
      {plays && video && <video src={video} poster={poster} muted loop autoPlay playsInline />}
      {shot.status === "rendered" && <p className={style.note}>Scoring</p>}
    </div>
  );
}

function Unmade({ shot }: { shot: Shot }) {
  const progress = useProgress(`shot:${shot.id}`);
  const seed = mediaUrl(shot.seed_image_path);
  const picture = progress?.preview ?? seed;
  const isPreview = progress?.preview !== undefined;
  // Progress is told at once, the state a moment later.
  const isRendering = shot.status === "rendering" || (shot.status === "waiting" && progress);
  return (
    <>
      <img
        src={picture}
        alt=""
        loading="lazy"
        decoding="async"
        className={isPreview ? undefined : style.seed}
        draggable={false}
      />
      {isRendering && <Rendering fraction={progress?.fraction} />}
      {shot.status === "waiting" && !isRendering && <Waits shot={shot} />}
      {shot.status === "failed" && <Failed shot={shot} />}
      {shot.status === "cancelled" && (
        <p className={style.center}>
          <Ban aria-hidden />
          Cancelled
        </p>
      )}
    </>
  );
}

function Rendering({ fraction }: { fraction?: number }) {
  return (
    <>
      <p className={style.note}>
        Rendering <span className="number">{fraction === undefined ? "" : percent(fraction)}</span>
      </p>
      <progress
        className={style.bar}
        value={fraction}
        max={1}
        aria-label="How much of the clip is rendered"
      />
    </>
  );
}

function Waits({ shot: { waiting, cancel_requested_at } }: { shot: Shot }) {
  const place = waiting?.position ? `No. ${waiting.position} in line` : "Waiting";
  const start = starts(waiting?.starts_in_s);
  return (
    <p className={style.center}>
      <strong>
        {cancel_requested_at ? "Being cancelled" : place}
        {start && `, ${start}`}
      </strong>
      {waiting && <span title={waiting.reason}>{sentenceCase(waiting.reason)}</span>}
    </p>
  );
}

function Failed({ shot }: { shot: Shot }) {
  const reason = failureOf(shot);
  return (
    <p className={`${style.center} ${style.failed}`}>
      <CircleX aria-hidden />
      <strong>Failed</strong>
      <span title={reason}>{reason}</span>
    </p>
  );
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The backend's own words. */
export function failureOf({ failure }: Shot): string {
  return String(failure?.message ?? failure?.code ?? "No reason was given.");
}
