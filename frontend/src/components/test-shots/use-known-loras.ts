import { useQuery } from "@tanstack/react-query";
import { workersQuery } from "@/components/workers/queries";

/** The LoRAs that live workers have. */
export function useKnownLoras(): string[] {
  const { data } = useQuery(workersQuery);
  return [...new Set(data?.flatMap(({ models }) => models.loras ?? []))].sort();
}
