import { Clapperboard } from "lucide-react";
import { useState } from "react";
import style from "./Poster.module.css";

interface PosterProps {
  poster?: string;
  /** Played while the pointer is over it. */
  video?: string;
  /** A still that is shown, dimmed, while there is no clip. */
  source?: string;
}

/** The picture of a card; it plays when it is pointed at. */
export function Poster({ poster, video, source }: PosterProps) {
  const [plays, setPlays] = useState(false);
  return (
    <div
      className={style.poster}
      aria-hidden
      onPointerEnter={() => setPlays(true)}
      onPointerLeave={() => setPlays(false)}
    >
      {poster ? (
        <img src={poster} alt="" loading="lazy" />
      ) : source ? (
        <img src={source} alt="" loading="lazy" data-source />
      ) : (
        <Clapperboard />
      )}
      {plays && video && <video src={video} autoPlay loop muted playsInline />}
    </div>
  );
}
