/** What the insights page asks the api. */

import { queryOptions } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";

export const savingsQuery = (since?: string) =>
  queryOptions({
    queryKey: [...keys.stats, "savings", since],
    queryFn: () => read(api.GET("/api/stats/savings", { params: { query: { since } } })),
    staleTime: 0,
  });

export const budgetQuery = queryOptions({
  queryKey: [...keys.stats, "budget"],
  queryFn: () => read(api.GET("/api/budgets/me")),
  staleTime: 0,
});

/** Of the last 30 days, day by day. */
export const usageQuery = queryOptions({
  queryKey: [...keys.stats, "usage"],
  queryFn: () => read(api.GET("/api/stats/usage")),
  staleTime: 0,
});
