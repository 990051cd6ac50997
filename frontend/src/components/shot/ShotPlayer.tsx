/** The clip, large: it loops, and `,` and `.` step frame by frame. */

import { Pause, Play, Repeat, StepBack, StepForward } from "lucide-react";
import { useRef, useState } from "react";
import { mediaUrl } from "@/api/client";
import type { Shot } from "@/api/types";
import { useShortcuts } from "@/app/shortcuts";
import { ShotMedia } from "@/components/test-shots/ShotMedia";
import { IconButton } from "@/ui/IconButton";
import { frameAt, timeOf } from "./frames";
import style from "./ShotPlayer.module.css";

export function ShotPlayer({ shot }: { shot: Shot }) {
  const video = useRef<HTMLVideoElement>(null);
  const [loops, setLoops] = useState(true);
  const [plays, setPlays] = useState(false);
  const [frame, setFrame] = useState(0);
  const clip = shot.clip;
  const source = mediaUrl(shot.output_video_path);

  const toggle = () => {
    const element = video.current;
    if (element?.paused) void element.play();
    else element?.pause();
  };
  const step = (by: number) => {
    const element = video.current;
    if (!element || !clip) return;
    element.pause();
    const next = Math.min(Math.max(frameAt(element.currentTime, clip) + by, 0), clip.frames - 1);
    element.currentTime = timeOf(next, clip);
    setFrame(next);
  };
  useShortcuts(
    "Clip",
    [
      { keys: [" ", "k"], does: "Play or pause", run: toggle },
      { keys: ",", does: "One frame back", run: () => step(-1) },
      { keys: ".", does: "One frame on", run: () => step(1) },
      { keys: "l", does: "Loop or not", run: () => setLoops(!loops) },
    ],
    source !== undefined,
  );

  if (!source || !clip) {
    return (
      <div className={style.player}>
        <ShotMedia shot={shot} />
      </div>
    );
  }
  return (
    <figure className={style.player}>
      <video
        ref={video}
        src={source}
        poster={mediaUrl(shot.poster_path)}
        style={{ aspectRatio: `${clip.width} / ${clip.height}` }}
        controls
        loop={loops}
        autoPlay
        muted
        playsInline
        onPlay={() => setPlays(true)}
        onPause={() => setPlays(false)}
        onTimeUpdate={(event) => setFrame(frameAt(event.currentTarget.currentTime, clip))}
      />
      <figcaption className={style.controls}>
        <IconButton
          icon={StepBack}
          size="s"
          label="One frame back"
          title="One frame back (,)"
          onClick={() => step(-1)}
        />
        <IconButton
          icon={plays ? Pause : Play}
          size="s"
          label={plays ? "Pause" : "Play"}
          onClick={toggle}
        />
        <IconButton
          icon={StepForward}
          size="s"
          label="One frame on"
          title="One frame on (.)"
          onClick={() => step(1)}
        />
        <IconButton
          icon={Repeat}
          size="s"
          label="Loop"
          title="Loop (l)"
          aria-pressed={loops}
          onClick={() => setLoops(!loops)}
        />
        <span className="number">
          Frame {frame} of {clip.frames - 1}
        </span>
        <span className="number">
          {clip.width} × {clip.height}, {clip.fps} fps, {clip.duration_s.toFixed(2)} s
        </span>
      </figcaption>
    </figure>
  );
}
