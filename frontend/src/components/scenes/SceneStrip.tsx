import type { Segment } from "@/api/types";
import style from "./SceneStrip.module.css";

/** A chain as small as a line: a cell for every segment. */
export function SceneStrip({ segments }: { segments: Segment[] }) {
  const done = segments.filter(({ artefacts, is_stale }) => artefacts && !is_stale).length;
  return (
    <span
      className={style.strip}
      role="img"
      aria-label={`${done} of ${segments.length} segments are rendered`}
    >
      {segments.map(({ index, status, is_stale, verdict }) => (
        <i
          key={index}
          data-status={is_stale ? "stale" : status}
          data-verdict={verdict ?? undefined}
        />
      ))}
    </span>
  );
}
