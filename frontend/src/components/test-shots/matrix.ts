/** A batch that was not asked for yet, as a table: the last axis across, everything else down. */

import type { components } from "@/api/schema";

type BatchPreview = components["schemas"]["BatchPreview"];
type Cell = components["schemas"]["PreviewedCell"];

export interface Matrix {
  columns: string[];
  rows: { label: string; cells: (Cell | undefined)[] }[];
}

const UNVARIED = "unvaried";
const BARE = new Set(["slot", "seed"]);

/** A baseline, which no axis varies, has a row and a column of its own. */
export function matrix({ axes, cells }: Pick<BatchPreview, "axes" | "cells">): Matrix {
  const across = axes.length - 1;
  const label = (number: number, at: number | null | undefined) => {
    const axis = axes[number];
    const text = at == null ? undefined : axis?.labels[at];
    if (!axis || text === undefined) return UNVARIED;
    // A bare number does not say what it is of.
    return BARE.has(axis.kind) ? `${axis.name.replaceAll("_", " ")} ${text}` : text;
  };
  const columns: string[] = [];
  const rows = new Map<string, (Cell | undefined)[]>();
  for (const cell of cells) {
    const column = label(across, cell.at[across]);
    if (!columns.includes(column)) columns.push(column);
    const named = cell.at.slice(0, across).map((at, axis) => label(axis, at));
    const row = [...new Set(named)].join(" · ") || cell.label;
    const found = rows.get(row) ?? [];
    found[columns.indexOf(column)] = cell;
    rows.set(row, found);
  }
  return {
    columns,
    rows: [...rows].map(([name, found]) => ({
      label: name,
      cells: columns.map((_, index) => found[index]),
    })),
  };
}
