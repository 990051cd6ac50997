import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, read } from "@/api/client";
import type { components } from "@/api/schema";

type QuoteRequest = components["schemas"]["QuoteRequest"];

const TYPING_MS = 350;
const FRESH_MS = 10_000;

/** What that would cost now, asked once one stops typing; its error says what is wrong with it. */
export function useOffer(body: QuoteRequest | undefined) {
  const asked = useSettled(body && JSON.stringify(body), TYPING_MS);
  return useQuery({
    queryKey: ["estimates", asked],
    queryFn: ({ signal }) =>
      read(api.POST("/api/estimates", { body: JSON.parse(asked!) as QuoteRequest, signal })),
    enabled: asked !== undefined,
    staleTime: FRESH_MS,
    placeholderData: keepPreviousData,
  });
}

function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
