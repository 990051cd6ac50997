/** Workflows to compare: the scene type's in its versions, and the others as they are now. */

import { useQuery } from "@tanstack/react-query";
import { allWorkflows } from "@/api/catalogue";
import { versionsQuery } from "@/components/workflows/queries";
import { workflowKey } from "./axes";
import { Ticks } from "./Ticks";

interface WorkflowTicksProps {
  workflowId: number;
  value: readonly string[];
  onChange: (value: string[]) => void;
}

export function WorkflowTicks({ workflowId, value, onChange }: WorkflowTicksProps) {
  const workflows = useQuery(allWorkflows).data ?? [];
  const versions = useQuery(versionsQuery(workflowId)).data ?? [];
  const own = workflows.find(({ id }) => id === workflowId);
  const options = [
    ...(own ? [{ value: workflowKey({ id: own.id }), name: `${own.name} v${own.version}` }] : []),
    ...versions
      .filter(({ version }) => version !== own?.version)
      .map(({ version }) => ({
        value: workflowKey({ id: workflowId, version }),
        name: `${own?.name ?? "Workflow"} v${version}`,
      })),
    ...workflows
      .filter(({ id }) => id !== workflowId)
      .map(({ id, name, version }) => ({
        value: workflowKey({ id }),
        name: `${name} v${version}`,
      })),
  ];
  return <Ticks label="Workflows" options={options} value={value} onChange={onChange} />;
}
