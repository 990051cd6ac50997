/** A batch as the table it is: axes as headings, a small poster a cell, filling in as it renders. */

import { Link, useNavigate } from "@tanstack/react-router";
import { Columns2, X } from "lucide-react";
import { useState } from "react";
import type { Batch, Shot } from "@/api/types";
import { MOST_CLIPS } from "@/components/compare/compare-search";
import selectionStyle from "@/components/test-shots/SelectionBar.module.css";
import { ShotMedia } from "@/components/test-shots/ShotMedia";
import { useSelection } from "@/components/test-shots/use-selection";
import { STATUS_WORDS } from "@/components/test-shots/words";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { VerdictLight } from "@/ui/VerdictLight";
import style from "./BatchGrid.module.css";

type Cell = Batch["grid"]["cells"][number];

export function BatchGrid({ batch }: { batch: Batch }) {
  const { columns, rows, cells } = batch.grid;
  const shots = new Map(batch.shots.map((shot) => [shot.id, shot]));
  const selection = useSelection(batch.shots.map(({ id }) => id));
  const [pointed, setPointed] = useState<number>();
  const navigate = useNavigate();
  const ids = [...selection.ids];
  const across = batch.axes.at(-1);
  return (
    <>
      <div className={style.scroll}>
        <table
          className={style.grid}
          style={{ "--columns": columns.length } as React.CSSProperties}
        >
          <caption className="visually-hidden">
            {across ? `Across: ${across.name}. Down: the other axes.` : "Cells of the batch"}
          </caption>
          <thead>
            <tr>
              <td>{batch.axes.map(({ name }) => name).join(" · ")}</td>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.label}>
                <th scope="row">{row.label}</th>
                {row.cells.map((index, column) => {
                  const cell = index === null ? undefined : cells[index];
                  return (
                    <td key={columns[column]}>
                      {cell && (
                        <GridCell
                          cell={cell}
                          shot={shots.get(cell.test_shot_id ?? 0)}
                          plays={pointed === cell.index}
                          onPoint={setPointed}
                          isSelected={selection.ids.has(cell.test_shot_id ?? 0)}
                          onSelect={selection.toggle}
                        />
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {ids.length > 0 && (
        <section className={selectionStyle.bar} aria-label="Selected test shots">
          <strong className="number">{ids.length} selected</strong>
          <Button
            look="primary"
            disabled={ids.length < 2 || ids.length > MOST_CLIPS}
            onClick={() => void navigate({ to: "/compare", search: { shots: ids } })}
          >
            <Columns2 aria-hidden />
            Compare
          </Button>
          <IconButton icon={X} label="Select nothing" onClick={selection.clear} />
        </section>
      )}
    </>
  );
}

interface GridCellProps {
  cell: Cell;
  shot: Shot | undefined;
  plays: boolean;
  onPoint: (index: number | undefined) => void;
  isSelected: boolean;
  onSelect: (id: number) => void;
}

function GridCell({ cell, shot, plays, onPoint, isSelected, onSelect }: GridCellProps) {
  if (!shot) return <p className={style.gone}>Deleted</p>;
  return (
    <article
      className={style.cell}
      data-selected={isSelected || undefined}
      onPointerEnter={() => onPoint(cell.index)}
      onPointerLeave={() => onPoint(undefined)}
      onFocus={() => onPoint(cell.index)}
      onBlur={() => onPoint(undefined)}
    >
      <Link
        to="/shots/$shotId"
        params={{ shotId: String(shot.id) }}
        aria-label={`${cell.label}: ${STATUS_WORDS[shot.status]}`}
      >
        <ShotMedia shot={shot} plays={plays} />
      </Link>
      <label>
        <input
          type="checkbox"
          checked={isSelected}
          aria-label={`Select ${cell.label}`}
          onChange={() => onSelect(shot.id)}
        />
        {cell.verdict ? (
          <VerdictLight verdict={cell.verdict} score={cell.quality_score} />
        ) : (
          <span>{STATUS_WORDS[shot.status]}</span>
        )}
        {cell.reused && <em>reused</em>}
      </label>
    </article>
  );
}
