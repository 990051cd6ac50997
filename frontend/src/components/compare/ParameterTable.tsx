import { Link } from "@tanstack/react-router";
import { ArrowUpRight } from "lucide-react";
import type { Shot } from "@/api/types";
import { VerdictLight } from "@/ui/VerdictLight";
import { differences, type Row } from "./differences";
import style from "./ParameterTable.module.css";
import { ReviewControls } from "./ReviewControls";
import { shotName } from "./shot-clip";

/** All parameters of the test shots side by side, those that differ first. */
export function ParameterTable({ shots }: { shots: Shot[] }) {
  const { differing, same } = differences(shots);
  return (
    <section className={style.around} aria-label="Parameters">
      <table className={style.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Parameter</span>
            </th>
            {shots.map((shot, index) => (
              <th key={shot.id} scope="col">
                <Link to="/shots/$shotId" params={{ shotId: String(shot.id) }}>
                  {index + 1} {shotName(shot)}
                </Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Quality</th>
            {shots.map((shot) => (
              <td key={shot.id}>
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
        <Rows title={shots.length > 1 ? "Differs" : "Parameters"} rows={differing} differs />
        <Rows title={shots.length > 1 ? "The same in all" : "Parameters"} rows={same} />
      </table>
    </section>
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

function Rows({ title, rows, differs }: { title: string; rows: Row[]; differs?: boolean }) {
  if (rows.length === 0) return null;
  return (
    <tbody data-differs={differs}>
      <tr className={style.title}>
        <th scope="rowgroup">{title}</th>
        <td colSpan={rows[0]!.values.length} />
      </tr>
      {rows.map(({ name, values }) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          {differs ? (
            values.map((value, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is a position
              <td key={index}>{value || <span className={style.none}>none</span>}</td>
            ))
          ) : (
            <td colSpan={values.length}>{values[0]}</td>
          )}
        </tr>
      ))}
    </tbody>
  );
}
