/** How far a batch is: its cells by state, as one bar and in words. */

import type { BatchSummary, ShotStatus } from "@/api/types";
import { STATUS_WORDS } from "@/components/test-shots/words";
import { seconds } from "@/ui/format";
import style from "./BatchProgress.module.css";

const ORDER: ShotStatus[] = ["scored", "rendered", "rendering", "waiting", "failed", "cancelled"];

export function BatchProgress({ batch }: { batch: BatchSummary }) {
  const { counts, cells, missing, eta_s, gpu_seconds, status } = batch;
  const shown = ORDER.filter((state) => counts[state]);
  return (
    <div className={style.progress}>
      <div
        className={style.bar}
        role="progressbar"
        aria-label="Cells that have ended"
        aria-valuenow={Math.round(batch.progress * 100)}
      >
        {shown.map((state) => (
          <i key={state} data-state={state} style={{ flexGrow: counts[state] }} />
        ))}
      </div>
      <p className={style.words}>
        <span>{cells} cells</span>
        {shown.map((state) => (
          <span key={state} data-state={state}>
            {counts[state]} {STATUS_WORDS[state].toLowerCase()}
          </span>
        ))}
        {missing > 0 && <span>{missing} deleted</span>}
        {status !== "finished" && eta_s != null && <span>about {seconds(eta_s)} to go</span>}
        <span>{seconds(gpu_seconds)} GPU</span>
      </p>
    </div>
  );
}
