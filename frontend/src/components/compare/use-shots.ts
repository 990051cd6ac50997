import { useQueries } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import type { Shot } from "@/api/types";

export interface Shots {
  /** Those that are known, in order. */
  shots: Shot[];
  loading: boolean;
  /** What was wrong with each of those that cannot be had. */
  failures: { id: number; error: unknown }[];
}

/** Test shots by their ids, kept true by live events. */
export function useShots(ids: readonly number[]): Shots {
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: keys.shot(id),
      queryFn: () =>
        read(api.GET("/api/test-shots/{shot_id}", { params: { path: { shot_id: id } } })),
    })),
    combine: (results) => ({
      shots: results.flatMap(({ data }) => (data ? [data] : [])),
      loading: results.some(({ isPending }) => isPending),
      failures: results.flatMap(({ error }, index) => (error ? [{ id: ids[index]!, error }] : [])),
    }),
  });
}
