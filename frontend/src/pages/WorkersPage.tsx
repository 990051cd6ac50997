import { useQuery } from "@tanstack/react-query";
import { LaneCard } from "@/components/workers/LaneCard";
import { lanesQuery, workersQuery } from "@/components/workers/queries";
import { inOrder } from "@/components/workers/state";
import { WorkerCard } from "@/components/workers/WorkerCard";
import style from "@/components/workers/Workers.module.css";
import { Page } from "@/ui/Page";
import { Empty, Failure, Loading } from "@/ui/States";

export function WorkersPage() {
  const workers = useQuery(workersQuery);
  const lanes = useQuery(lanesQuery);
  return (
    <Page title="Workers">
      {lanes.data && (
        <ul className={style.lanes} aria-label="Lanes">
          {lanes.data.map((state) => (
            <LaneCard key={state.lane} state={state} />
          ))}
        </ul>
      )}
      {workers.error ? (
        <Failure error={workers.error} retry={() => void workers.refetch()} />
      ) : !workers.data ? (
        <Loading cards={3} />
      ) : !workers.data.length ? (
        <Empty title="No worker has reported yet">
          A worker is a gpu-runner process with a ComfyUI, or with the built-in renderer.
        </Empty>
      ) : (
        <ul className={style.cards} aria-label="Workers">
          {inOrder(workers.data).map((worker) => (
            <WorkerCard key={worker.name} worker={worker} />
          ))}
        </ul>
      )}
    </Page>
  );
}
