import { useEffect } from "react";
import type { Change } from "./Comparison";
import type { Player } from "./player";
import { usePlayerState } from "./use-player";

/** An address that changed with every frame one steps over would be a nuisance. */
const SETTLED_MS = 400;

/** The address has the frame one stopped at, and none while it plays. */
export function useFrameInAddress(
  player: Player,
  started: boolean,
  frame: number | undefined,
  onSearch: (change: Change) => void,
): void {
  const tick = usePlayerState(player, (state) => (state.playing ? undefined : state.tick));
  useEffect(() => {
    if (!started || tick === frame) return;
    const timer = setTimeout(() => onSearch({ frame: tick }), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [started, tick, frame, onSearch]);
}
