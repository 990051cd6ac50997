import { useQuery } from "@tanstack/react-query";
import { allWorkflows } from "@/api/catalogue";
import type { Slot, WorkflowChoice } from "@/api/types";
import { versionsQuery } from "@/components/workflows/queries";

/** What can be set of a workflow in a version; undefined while none is chosen, or it is not known. */
export function useOwnSlots(choice: WorkflowChoice | null): Slot[] | undefined {
  const isOlder = choice?.version != null;
  const workflows = useQuery(allWorkflows).data;
  const versions = useQuery({ ...versionsQuery(choice?.id ?? 0), enabled: isOlder }).data;
  const known = isOlder
    ? versions?.find(({ version }) => version === choice.version)
    : workflows?.find(({ id }) => id === choice?.id);
  return known?.slots;
}
