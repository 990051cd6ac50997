/** How clips are set against each other, and the ways to change that. */

import type { Shot } from "@/api/types";
import type { Layout } from "./compare-search";
import type { Gain } from "./paint";
import type { Player } from "./player";

/** Positions in the shots, from 0. */
export interface Pair {
  first: number;
  second: number;
}

export interface Arrangement {
  player: Player;
  shots: Shot[];
  layout: Layout;
  pair: Pair;
  gain: Gain;
  opacity: number;
}

export interface Arranging {
  onLayout: (layout: Layout) => void;
  onPair: (pair: Pair) => void;
  onLoupe: () => void;
}
