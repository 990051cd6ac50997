/** A batch as the table it is: axes as headings, a small poster a cell, filling in as it renders. */

import { type CSSProperties, useState } from "react";
import type { Batch } from "@/api/types";
import { SelectionBar } from "@/components/test-shots/SelectionBar";
import { useCompare } from "@/components/test-shots/use-compare";
import { useSelection } from "@/components/test-shots/use-selection";
import { GridTable } from "@/ui/GridTable";
import style from "./BatchGrid.module.css";
import { GridCell } from "./GridCell";

export function BatchGrid({ batch }: { batch: Batch }) {
  const { columns, rows, cells } = batch.grid;
  const shots = new Map(batch.shots.map((shot) => [shot.id, shot]));
  const selection = useSelection(batch.shots.map(({ id }) => id));
  const compare = useCompare(selection.ids);
  const [pointed, setPointed] = useState<number>();
  const across = batch.axes.at(-1);
  const draw = (index: number) => {
    const cell = cells[index];
    if (!cell) return null;
    const shotId = cell.test_shot_id ?? 0;
    return (
      <GridCell
        cell={cell}
        shot={shots.get(shotId)}
        plays={pointed === cell.index}
        onPoint={setPointed}
        isSelected={selection.ids.has(shotId)}
        onSelect={selection.toggle}
      />
    );
  };
  return (
    <>
      <div className={style.scroll}>
        <GridTable
          caption={across ? `Across: ${across.name}. Down: the other axes.` : "Cells of the batch"}
          corner={batch.axes.map(({ name }) => name).join(" · ")}
          columns={columns}
          rows={rows}
          className={style.grid}
          style={{ "--columns": columns.length } as CSSProperties}
        >
          {draw}
        </GridTable>
      </div>
      <SelectionBar selection={selection} onCompare={compare} />
    </>
  );
}
