import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { BatchActions } from "@/components/batches/BatchActions";
import { BatchGrid } from "@/components/batches/BatchGrid";
import { BatchProgress } from "@/components/batches/BatchProgress";
import { batchQuery } from "@/components/batches/batch-query";
import { Page } from "@/ui/Page";
import { Failure, Loading } from "@/ui/States";

export function BatchPage() {
  const id = Number(useParams({ from: "/batches/$batchId" }).batchId);
  const batch = useQuery(batchQuery(id));
  if (batch.isPending) return <Loading label="Loading the batch" />;
  if (batch.isError) return <Failure error={batch.error} retry={() => void batch.refetch()} />;
  return (
    <Page
      title={batch.data.name || `Batch ${id}`}
      above={
        <>
          <Link to="/batches">Batches</Link> / {id},{" "}
          <Link to="/shots" search={{ batch_id: id }}>
            in the gallery
          </Link>
        </>
      }
      actions={<BatchActions batch={batch.data} />}
    >
      <BatchProgress batch={batch.data} />
      <BatchGrid batch={batch.data} />
    </Page>
  );
}
