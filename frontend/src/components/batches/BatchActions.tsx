/** Pausing, going on, ending, putting first, and running again what is missing. */

import { useMutation } from "@tanstack/react-query";
import { Ban, ChevronsUp, Pause, Play, Repeat } from "lucide-react";
import { useState } from "react";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { queryClient } from "@/api/query-client";
import type { Batch } from "@/api/types";
import { PRIORITIES } from "@/components/test-shots/priorities";
import { useMay } from "@/session/session";
import { AskFirst } from "@/ui/AskFirst";
import { Button } from "@/ui/Button";
import { sayError } from "@/ui/toast";

export function BatchActions({ batch }: { batch: Batch }) {
  const [asks, setAsks] = useState(false);
  const params = { params: { path: { batch_id: batch.id } } };
  const show = (changed: Batch) => queryClient.setQueryData(keys.batch(batch.id), changed);
  const change = useMutation({
    mutationFn: (how: () => Promise<Batch>) => how(),
    onSuccess: show,
    onError: sayError,
  });
  const may = useMay("creator");
  if (!may) return null;
  const pause = () => read(api.POST("/api/batches/{batch_id}/pause", params));
  const resume = () => read(api.POST("/api/batches/{batch_id}/resume", params));
  const cancel = () => read(api.POST("/api/batches/{batch_id}/cancel", params));
  const rerun = () => {
    const body = { only: "missing" as const, axes: {}, wait_for_worker: false };
    return read(api.POST("/api/batches/{batch_id}/rerun", { ...params, body }));
  };
  const prioritise = (priority: number) =>
    read(api.PATCH("/api/batches/{batch_id}", { ...params, body: { priority } }));
  const isOver = batch.status === "finished";
  const lost = (batch.counts.failed ?? 0) + (batch.counts.cancelled ?? 0) + batch.missing;
  return (
    <>
      {!isOver && (
        <>
          <Button look="danger" onClick={() => setAsks(true)}>
            <Ban aria-hidden />
            Cancel
          </Button>
          <Button
            aria-pressed={batch.priority > 0}
            disabled={change.isPending}
            onClick={() =>
              change.mutate(() =>
                prioritise(batch.priority > 0 ? PRIORITIES.usual : PRIORITIES.first),
              )
            }
          >
            <ChevronsUp aria-hidden />
            {batch.priority > 0 ? "No longer first" : "Put first"}
          </Button>
          <Button
            disabled={change.isPending}
            onClick={() => change.mutate(batch.paused_at ? resume : pause)}
          >
            {batch.paused_at ? <Play aria-hidden /> : <Pause aria-hidden />}
            {batch.paused_at ? "Go on" : "Pause"}
          </Button>
        </>
      )}
      {isOver && lost > 0 && (
        <Button disabled={change.isPending} onClick={() => change.mutate(rerun)}>
          <Repeat aria-hidden />
          Run {lost} again
        </Button>
      )}
      <AskFirst
        open={asks}
        onClose={() => setAsks(false)}
        title="Cancel what is left of the batch?"
        yes="Cancel the rest"
        no="Not now"
        danger
        run={() => cancel().then(show)}
      >
        <p>Test shots that are done stay; those that wait or render end.</p>
      </AskFirst>
    </>
  );
}
