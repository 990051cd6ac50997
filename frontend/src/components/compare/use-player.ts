import { useEffect, useState, useSyncExternalStore } from "react";
import { publish } from "./measured";
import { Player, type PlayerState } from "./player";

/** A player for as long as the component is shown. */
export function usePlayer(): Player {
  const [player] = useState(() => new Player());
  useEffect(() => {
    const unpublish = publish(player);
    return () => {
      unpublish();
      player.stop();
    };
  }, [player]);
  return player;
}

/** One part of what the player is at; drawn again only when that part changes. */
export function usePlayerState<T>(player: Player, select: (state: PlayerState) => T): T {
  return useSyncExternalStore(player.subscribe, () => select(player.state));
}
