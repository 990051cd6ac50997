import { type ReactNode, useEffect, useRef } from "react";
import { mediaUrl } from "@/api/client";
import type { Shot } from "@/api/types";
import type { Paint } from "./paint";
import type { Player } from "./player";
import style from "./Screen.module.css";
import { clipFile, clipSize, shotName, whyNoClip } from "./shot-clip";
import { usePlayerState } from "./use-player";
import { useSize } from "./use-size";
import { useZoom } from "./use-zoom";

interface ScreenProps {
  player: Player;
  /** One, or the two that are set against each other. */
  shots: Shot[];
  paint: Paint;
  /** Where a wipe's divider is, 0..1. */
  edge?: number;
  /** What it shows, for those who do not see it. */
  label: string;
  children?: ReactNode;
}

/** A canvas that the player draws to, with what there is to say until it can. */
export function Screen({ player, shots, paint, edge = 0.5, label, children }: ScreenProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(frame);
  const clips = shots.map(({ id }) => id).join();
  const size = clipSize(shots[0]);
  useZoom(frame, player, size);

  useEffect(() => {
    const element = canvas.current;
    if (!element || width === 0) return;
    element.width = Math.round(width * devicePixelRatio);
    element.height = Math.round(height * devicePixelRatio);
    player.change();
  }, [player, width, height]);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    player.attach(element, { clips: clips.split(",").map(Number), paint, edge });
  }, [player, clips, paint, edge]);

  useEffect(() => {
    const element = canvas.current;
    return () => {
      if (element) player.detach(element);
    };
  }, [player]);

  const zoomed = usePlayerState(player, ({ view }) => view.scale > 1);
  return (
    <div
      ref={frame}
      className={style.screen}
      data-zoomed={zoomed || undefined}
      style={{ aspectRatio: `${size.width} / ${size.height}` }}
    >
      {shots[0] && <Poster shot={shots[0]} player={player} />}
      <canvas ref={canvas} role="img" aria-label={label} />
      {shots.map((shot) => (
        <Note key={shot.id} shot={shot} player={player} />
      ))}
      {children}
    </div>
  );
}

function Poster({ shot, player }: { shot: Shot; player: Player }) {
  const isReady = usePlayerState(player, ({ clips }) => clips[shot.id]?.is === "ready");
  const poster = mediaUrl(shot.poster_path);
  return poster && !isReady ? <img className={style.poster} src={poster} alt="" /> : null;
}

/** What the clip waits for, or what is wrong with it. */
function Note({ shot, player }: { shot: Shot; player: Player }) {
  const state = usePlayerState(player, ({ clips }) => clips[shot.id]);
  if (!clipFile(shot)) return <p className={style.note}>{whyNoClip(shot)}</p>;
  if (state?.is === "failed") {
    return (
      <p className={style.note} role="alert">
        {shotName(shot)}: {state.message}
      </p>
    );
  }
  if (state?.is === "ready") return null;
  return (
    <progress
      className={style.progress}
      value={state?.fraction ?? 0}
      aria-label={`Decoding ${shotName(shot)}`}
    />
  );
}
