import { useEffect, useRef } from "react";
import { sentence } from "@/api/problem";
import type { Facts } from "./clock";
import { open } from "./footage";
import type { Player } from "./player";

interface Clip {
  id: number;
  /** Undefined while there is no clip yet. */
  url: string | undefined;
  facts: Facts | undefined;
  /** Pixels its pictures need to be wide. */
  width: number;
}

/** Give the player this clip, decoded anew when it is to be wider; the old one plays until then. */
export function useClip(player: Player, { id, url, facts, width }: Clip): void {
  const known = useRef(facts);
  known.current = facts;
  useEffect(() => () => player.unload(id), [player, id]);
  useEffect(() => {
    if (!url || width === 0) return;
    const stop = new AbortController();
    const { signal } = stop;
    const isShown = () => player.state.clips[id]?.is === "ready";
    const onProgress = (fraction: number) => {
      if (!signal.aborted && !isShown()) player.setClip(id, { is: "loading", fraction });
    };
    onProgress(0);
    open({ url, facts: known.current, width, signal, onProgress }).then(
      ({ footage, inexact }) => {
        if (signal.aborted) return footage.dispose();
        player.load(id, footage);
        player.setClip(id, { is: "ready", inexact });
      },
      (error) => {
        if (!signal.aborted) player.setClip(id, { is: "failed", message: sentence(error) });
      },
    );
    return () => stop.abort();
  }, [player, id, url, width]);
}
