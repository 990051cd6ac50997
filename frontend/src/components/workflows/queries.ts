/** What the workflow pages ask the api. */

import { queryOptions } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { everything } from "@/api/pages";

const path = (workflow_id: number) => ({ path: { workflow_id } });

export const workflowQuery = (id: number) =>
  queryOptions({
    queryKey: keys.workflow(id),
    queryFn: () => read(api.GET("/api/workflows/{workflow_id}", { params: path(id) })),
  });

export const versionsQuery = (id: number) =>
  queryOptions({
    queryKey: [...keys.workflow(id), "versions"],
    queryFn: () =>
      everything((cursor) =>
        read(
          api.GET("/api/workflows/{workflow_id}/versions", {
            params: { ...path(id), query: { limit: 100, cursor } },
          }),
        ),
      ),
  });

export const diffQuery = (id: number, from: number, to: number) =>
  queryOptions({
    queryKey: [...keys.workflow(id), "diff", from, to],
    queryFn: () =>
      read(
        api.GET("/api/workflows/{workflow_id}/diff", {
          params: { ...path(id), query: { from, to } },
        }),
      ),
  });

export const libraryQuery = queryOptions({
  queryKey: ["workflow-library"],
  queryFn: () => read(api.GET("/api/workflow-library")),
  staleTime: Number.POSITIVE_INFINITY,
});
