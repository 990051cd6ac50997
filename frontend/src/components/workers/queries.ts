/** What the workers page asks the api. */

import { queryOptions } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";

export const workersQuery = queryOptions({
  queryKey: keys.workers,
  queryFn: () => read(api.GET("/api/workers")),
});

export const lanesQuery = queryOptions({
  queryKey: keys.lanes,
  queryFn: () => read(api.GET("/api/lanes")),
});
