/** Every batch, newest first, and how far each is. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { allSceneTypes } from "@/api/catalogue";
import { TestShotButton } from "@/components/test-shots/TestShotButton";
import { Button } from "@/ui/Button";
import { ago } from "@/ui/format";
import { Empty, Failure, Loading } from "@/ui/States";
import style from "./BatchList.module.css";
import { BatchProgress } from "./BatchProgress";
import { batchesQuery } from "./batch-query";

export function BatchList() {
  const batches = useInfiniteQuery(batchesQuery);
  const sceneTypes = useQuery(allSceneTypes).data;
  if (batches.isPending) return <Loading cards={4} label="Loading batches" />;
  if (batches.isError)
    return <Failure error={batches.error} retry={() => void batches.refetch()} />;
  const all = batches.data.pages.flatMap(({ items }) => items);
  if (all.length === 0) {
    return (
      <Empty title="No batch yet" action={<TestShotButton />}>
        Choose several characters, several configurations, or a parameter to vary, and every
        combination becomes a test shot.
      </Empty>
    );
  }
  return (
    <>
      <ul className={style.list}>
        {all.map((batch) => (
          <li key={batch.id} className={style.batch}>
            <p className={style.title}>
              <Link to="/batches/$batchId" params={{ batchId: String(batch.id) }}>
                {batch.name || `Batch ${batch.id}`}
              </Link>
              <span>{sceneTypes?.find(({ id }) => id === batch.scene_type_id)?.name}</span>
              {batch.status !== "finished" && <em data-state={batch.status}>{batch.status}</em>}
              <time dateTime={batch.created_at}>{ago(batch.created_at)}</time>
            </p>
            <BatchProgress batch={batch} />
          </li>
        ))}
      </ul>
      {batches.hasNextPage && (
        <Button disabled={batches.isFetchingNextPage} onClick={() => void batches.fetchNextPage()}>
          Older ones
        </Button>
      )}
    </>
  );
}
