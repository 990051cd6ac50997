import { useEffect, useState } from "react";
import { counted } from "@/ui/format";
import type { Player } from "./player";
import style from "./SyncNote.module.css";
import { usePlayerState } from "./use-player";

/** Four times a second can be read; sixty cannot. */
const READ_MS = 250;

/** How far apart the cells were, as measured at every drawing. */
export function SyncNote({ player }: { player: Player }) {
  const [sync, setSync] = useState(player.sync);
  const inexact = usePlayerState(player, ({ clips }) =>
    Object.values(clips)
      .map((clip) => (clip.is === "ready" ? clip.inexact : undefined))
      .find((why) => why),
  );
  useEffect(() => {
    const timer = setInterval(() => setSync(player.sync), READ_MS);
    return () => clearInterval(timer);
  }, [player]);
  const { samples, skewed, maxSkewFrames } = sync;
  const inTime = (samples - skewed).toLocaleString("en");
  return (
    <div className={style.note}>
      {samples > 0 && (
        <p
          className="number"
          title={`Measured at every drawing: the frame in each cell against the one that is due. Drawing takes ${sync.drawMs.toFixed(1)} ms.`}
        >
          <span className={style.dot} data-apart={maxSkewFrames > 0 || undefined} aria-hidden />
          {counted(maxSkewFrames, "frame")} apart, {inTime} of {samples.toLocaleString("en")}{" "}
          samples
        </p>
      )}
      {inexact && <p className={style.inexact}>Not frame-exact: {inexact}</p>}
    </div>
  );
}
