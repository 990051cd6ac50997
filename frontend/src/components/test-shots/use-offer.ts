import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import type { components } from "@/api/schema";
import { useSettled } from "@/ui/use-settled";

type QuoteRequest = components["schemas"]["QuoteRequest"];

const FRESH_MS = 10_000;

/** What that would cost now, asked once one stops typing; its error says what is wrong with it. */
export function useOffer(body: QuoteRequest | undefined) {
  const asked = useSettled(body && JSON.stringify(body));
  return useQuery({
    queryKey: ["estimates", asked],
    queryFn: ({ signal }) =>
      read(api.POST("/api/estimates", { body: JSON.parse(asked!) as QuoteRequest, signal })),
    enabled: asked !== undefined,
    staleTime: FRESH_MS,
    placeholderData: keepPreviousData,
  });
}
