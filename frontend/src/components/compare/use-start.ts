import { useEffect, useState } from "react";
import type { Shot } from "@/api/types";
import type { Change } from "./Comparison";
import type { Player } from "./player";
import { clipFile } from "./shot-clip";
import { usePlayerState } from "./use-player";

/** An address that changed with every frame one steps over would be a nuisance. */
const SETTLED_MS = 400;

/**
 * Play once every clip is there, or stand at the frame of the address; afterwards the address has
 * the frame one stopped at.
 */
export function useStart(
  player: Player,
  shots: Shot[],
  frame: number | undefined,
  onSearch: (change: Change) => void,
): void {
  const [started, setStarted] = useState(false);
  const isThere = usePlayerState(player, ({ clips }) =>
    shots.every((shot) => !clipFile(shot) || !["loading", undefined].includes(clips[shot.id]?.is)),
  );
  useEffect(() => {
    if (!isThere || started) return;
    setStarted(true);
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (frame !== undefined) player.tell((clock) => clock.seek(frame));
    else if (!isCalm) player.tell((clock) => clock.play());
  }, [player, isThere, started, frame]);

  const tick = usePlayerState(player, (state) => (state.playing ? undefined : state.tick));
  useEffect(() => {
    if (!started || tick === frame) return;
    const timer = setTimeout(() => onSearch({ frame: tick }), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [started, tick, frame, onSearch]);
}
