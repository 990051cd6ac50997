import { Link } from "@tanstack/react-router";
import { ArrowUpRight } from "lucide-react";
import type { Shot } from "@/api/types";
import { Table } from "@/ui/Table";
import { VerdictLight } from "@/ui/VerdictLight";
import { differences, type Row } from "./differences";
import style from "./ParameterTable.module.css";
import { ReviewControls } from "./ReviewControls";
import { shotName } from "./shot-clip";

/** All parameters of the test shots side by side, those that differ first. */
export function ParameterTable({ shots }: { shots: Shot[] }) {
  const { differing, same } = differences(shots);
  const quality = differing.find(isQuality)?.values;
  const head = [
    <span key="parameter" className="visually-hidden">
      Parameter
    </span>,
    ...shots.map((shot, index) => (
      <Link key={shot.id} to="/shots/$shotId" params={{ shotId: String(shot.id) }}>
        {index + 1} {shotName(shot)}
      </Link>
    )),
  ];
  return (
    <Table label="Parameters" head={head} framed className={style.table}>
      <tbody>
        <tr>
          <th scope="row">Quality</th>
          {shots.map((shot, index) => (
            <td key={shot.id} data-differs={differsAt(quality, index)}>
              {shot.verdict ? (
                <VerdictLight verdict={shot.verdict} score={shot.quality_score} />
              ) : (
                <span className={style.none}>not scored</span>
              )}
            </td>
          ))}
        </tr>
        <tr>
          <th scope="row">Your word</th>
          {shots.map((shot) => (
            <td key={shot.id}>
              <ReviewControls shot={shot} />
            </td>
          ))}
        </tr>
        <tr>
          <th scope="row">Promotion</th>
          {shots.map((shot) => (
            <td key={shot.id}>
              <Promotion shot={shot} />
            </td>
          ))}
        </tr>
      </tbody>
      <Rows title="Differs" rows={differing} />
      <Rows title={shots.length > 1 ? "The same in all" : "Parameters"} rows={same} />
    </Table>
  );
}

function Promotion({ shot }: { shot: Shot }) {
  if (shot.is_promoted && shot.promoted_to_scene_id) {
    return (
      <Link to="/scenes/$sceneId" params={{ sceneId: String(shot.promoted_to_scene_id) }}>
        Segment 001 of a scene
      </Link>
    );
  }
  if (shot.status !== "scored") return null;
  return (
    <Link
      to="/shots/$shotId"
      params={{ shotId: String(shot.id) }}
      className={style.promote}
      aria-label={`Promote ${shotName(shot)}`}
    >
      Promote <ArrowUpRight aria-hidden />
    </Link>
  );
}

function Rows({ title, rows }: { title: string; rows: Row[] }) {
  const shown = rows.filter((row) => !isQuality(row));
  const [first] = shown;
  if (!first) return null;
  return (
    <tbody>
      <tr className={style.title}>
        <th scope="rowgroup">{title}</th>
        <td colSpan={first.values.length} />
      </tr>
      {shown.map(({ name, values, differs }) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          {differs ? (
            values.map((value, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is a position
              <td key={index} data-differs={differsAt(values, index)}>
                {value || <span className={style.none}>none</span>}
              </td>
            ))
          ) : (
            <td colSpan={values.length}>{values[0]}</td>
          )}
        </tr>
      ))}
    </tbody>
  );
}

/** It stands at the top, with its light. */
const isQuality = ({ name }: Row) => name === "quality";

/** Against the first test shot, which the others are seen as changes of. */
function differsAt(values: string[] | undefined, index: number): true | undefined {
  return values && values[index] !== values[0] ? true : undefined;
}
