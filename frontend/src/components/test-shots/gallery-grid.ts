/** How the gallery is laid out: columns by width, rows of one known height, so that 10,000 scroll. */

export type Density = "airy" | "dense";

export interface GridShape {
  columns: number;
  rowHeight: number;
  gap: number;
}

const SHAPES = {
  airy: { least: 270, text: 60, gap: 16 },
  dense: { least: 176, text: 60, gap: 10 },
} as const;
const RATIO = 9 / 16;
/** A chip and the gap below it. `text` takes half of the last gap away: no row of chips shows in part. */
const CHIP_ROW = 24.5;

/** The shape at this width in pixels; narrow screens have one column, or two when dense. */
export function gridShape(width: number, density: Density, chipRows = 1): GridShape {
  const { least, text, gap } = SHAPES[density];
  const columns = Math.max(1, Math.floor((width + gap) / (least + gap)));
  const column = (width - gap * (columns - 1)) / columns;
  const card = Math.round(column * RATIO + text + chipRows * CHIP_ROW);
  return { columns, rowHeight: card + gap, gap };
}

export type Step = "left" | "right" | "up" | "down" | "first" | "last";

/** Where the focus goes from `from` (undefined: nowhere yet) among so many cards. */
export function step(from: number | undefined, how: Step, count: number, columns: number): number {
  if (from === undefined) return 0;
  const steps = { left: -1, right: 1, up: -columns, down: columns, first: -from, last: count };
  const to = from + steps[how];
  // Up from the first row and down from the last stay where they are.
  if (how === "up" && to < 0) return from;
  if (how === "down" && to >= count) {
    const isLastRow = Math.floor(from / columns) === Math.floor((count - 1) / columns);
    return isLastRow ? from : count - 1;
  }
  return Math.min(Math.max(to, 0), Math.max(count - 1, 0));
}
