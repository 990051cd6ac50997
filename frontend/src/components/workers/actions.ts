/** What an administrator can do with workers and lanes. */

import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { queryClient } from "@/api/query-client";
import type { LaneState, Worker } from "@/api/types";

export async function setDraining(name: string, drains: boolean) {
  const params = { params: { path: { name } } };
  const worker = await read(
    drains
      ? api.POST("/api/workers/{name}/drain", params)
      : api.POST("/api/workers/{name}/resume", params),
  );
  queryClient.setQueryData<Worker[]>(keys.workers, (workers) =>
    workers?.map((one) => (one.name === worker.name ? worker : one)),
  );
}

export async function setPaused(lane: LaneState["lane"], isPaused: boolean) {
  const params = { params: { path: { lane } } };
  const state = await read(
    isPaused
      ? api.POST("/api/lanes/{lane}/pause", params)
      : api.POST("/api/lanes/{lane}/resume", params),
  );
  queryClient.setQueryData<LaneState[]>(keys.lanes, (lanes) =>
    lanes?.map((one) => (one.lane === lane ? state : one)),
  );
}
