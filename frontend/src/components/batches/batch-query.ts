import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";

export const batchesQuery = infiniteQueryOptions({
  queryKey: [...keys.batches, "list"],
  queryFn: ({ pageParam }) =>
    read(api.GET("/api/batches", { params: { query: { cursor: pageParam } } })),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next ?? undefined,
});

export const batchQuery = (id: number) =>
  queryOptions({
    queryKey: keys.batch(id),
    queryFn: () => read(api.GET("/api/batches/{batch_id}", { params: { path: { batch_id: id } } })),
  });
