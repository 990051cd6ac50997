import { useNavigate } from "@tanstack/react-router";
import { MOST_CLIPS } from "@/components/compare/compare-search";
import { say } from "@/ui/toast";

/** Opens the comparison of those selected, or says why it cannot. */
export function useCompare(ids: ReadonlySet<number>): () => void {
  const navigate = useNavigate();
  return () => {
    if (ids.size < 2) return say("Select two test shots or more to compare them.");
    if (ids.size > MOST_CLIPS) return say(`Nine test shots at most are compared at once.`);
    void navigate({ to: "/compare", search: { shots: [...ids] } });
  };
}
