import { type ReactNode, useEffect, useRef } from "react";
import type { Paint } from "./paint";
import type { Player } from "./player";
import style from "./Screen.module.css";
import { type Seen, sizeOf } from "./shot-clip";
import { usePlayerState } from "./use-player";
import { useSize } from "./use-size";
import { useZoom } from "./use-zoom";

interface ScreenProps {
  player: Player;
  /** One, or the two that are set against each other. */
  clips: readonly Seen[];
  paint: Paint;
  /** Width to height, where the clip is not known before it is decoded. */
  ratio?: number;
  /** Where a wipe's divider is, 0..1. */
  edge?: number;
  /** What it shows, for those who do not see it. */
  label: string;
  children?: ReactNode;
}

/** A canvas that the player draws to, with what there is to say until it can. */
export function Screen({ player, clips, paint, ratio, edge = 0.5, label, children }: ScreenProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(frame);
  const ids = clips.map(({ id }) => id).join();
  const size = ratio ? { width: ratio, height: 1 } : sizeOf(clips[0]);
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
    player.attach(element, { clips: ids.split(",").map(Number), paint, edge });
  }, [player, ids, paint, edge]);

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
      {clips[0] && <Poster clip={clips[0]} player={player} />}
      <canvas ref={canvas} role="img" aria-label={label} />
      {clips.map((clip) => (
        <Note key={clip.id} clip={clip} player={player} />
      ))}
      {children}
    </div>
  );
}

interface ClipProps {
  clip: Seen;
  player: Player;
}

function Poster({ clip, player }: ClipProps) {
  const isReady = usePlayerState(player, ({ clips }) => clips[clip.id]?.is === "ready");
  return clip.poster && !isReady ? <img className={style.poster} src={clip.poster} alt="" /> : null;
}

/** What the clip waits for, or what is wrong with it. */
function Note({ clip, player }: ClipProps) {
  const state = usePlayerState(player, ({ clips }) => clips[clip.id]);
  if (clip.missing) return <p className={style.note}>{clip.missing}</p>;
  if (state?.is === "ready") return null;
  if (state?.is === "failed") {
    return (
      <p className={style.note} role="alert">
        {clip.name}: {state.message}
      </p>
    );
  }
  return (
    <progress
      className={style.progress}
      value={state?.fraction ?? 0}
      aria-label={`Decoding ${clip.name}`}
    />
  );
}
