/** How many columns a grid of clips has, so that the pictures are as large as they can be. */

import type { Size } from "./view";

export interface Grid {
  columns: number;
  /** Pixels a cell's picture is wide. */
  width: number;
}

/** A row more to look through is worth so much smaller pictures. */
const TOLERANCE = 0.85;

/** @param extra pixels under each picture, for its caption. */
export function grid(clips: number, ratio: number, room: Size, gap: number, extra: number): Grid {
  const options = Array.from({ length: Math.max(1, clips) }, (_, index) => {
    const columns = index + 1;
    const rows = Math.ceil(clips / columns);
    const byWidth = (room.width - gap * (columns - 1)) / columns;
    const byHeight = ((room.height - gap * (rows - 1)) / rows - extra) * ratio;
    return { columns, width: Math.floor(Math.max(96, Math.min(byWidth, byHeight))) };
  }).filter(({ columns, width }) => width * columns + gap * (columns - 1) <= room.width + 1);
  const widest = Math.max(...options.map(({ width }) => width));
  const rows = ({ columns }: Grid) => Math.ceil(clips / columns);
  const best = options
    .filter(({ width }) => width >= widest * TOLERANCE)
    .sort((a, b) => rows(a) - rows(b) || b.width - a.width);
  return best[0] ?? { columns: 1, width: room.width };
}
