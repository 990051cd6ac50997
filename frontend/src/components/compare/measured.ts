/**
 * What the player measures of itself, for a browser test (and the curious) to read:
 * `window.screentestCompare`. A test that only looked at the page could not know which frames were
 * drawn within the same frame callback.
 */

import type { Player } from "./player";

export interface Measured {
  /** Frame callbacks while it played. */
  readonly samples: number;
  /** Of those, in which a cell showed another frame than the due one. */
  readonly skewed: number;
  readonly maxSkewFrames: number;
  /** By clip, in order: the frame its cell shows, or null. */
  readonly drawn: readonly (number | null)[];
  /** Milliseconds of the main thread to draw all cells once. */
  readonly drawMs: number;
}

declare global {
  interface Window {
    screentestCompare?: Measured;
  }
}

/** Until the returned function is called. */
export function publish(player: Player): () => void {
  const measured: Measured = {
    get samples() {
      return player.sync.samples;
    },
    get skewed() {
      return player.sync.skewed;
    },
    get maxSkewFrames() {
      return player.sync.maxSkewFrames;
    },
    get drawn() {
      return player.drawn;
    },
    get drawMs() {
      return player.sync.drawMs;
    },
  };
  window.screentestCompare = measured;
  return () => {
    if (window.screentestCompare === measured) delete window.screentestCompare;
  };
}
