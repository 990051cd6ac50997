import { useEffect, useState } from "react";
import type { Player } from "./player";
import type { Seen } from "./shot-clip";
import { usePlayerState } from "./use-player";

/**
 * Play once every clip is there, or stand at a frame if one is named.
 *
 * @returns whether it has begun.
 */
export function useStart(player: Player, clips: readonly Seen[], frame?: number): boolean {
  const [started, setStarted] = useState(false);
  const isThere = usePlayerState(player, (state) =>
    clips.every(({ id, url }) => !url || ["ready", "failed"].includes(state.clips[id]?.is ?? "")),
  );
  useEffect(() => {
    if (!isThere || started) return;
    setStarted(true);
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (frame !== undefined) player.tell((clock) => clock.seek(frame));
    else if (!isCalm) player.tell((clock) => clock.play());
  }, [player, isThere, started, frame]);
  return started;
}
