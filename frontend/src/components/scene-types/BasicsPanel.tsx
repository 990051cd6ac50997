import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { allWorkflows } from "@/api/catalogue";
import list from "@/ui/catalogue.module.css";
import { TextField } from "@/ui/Field";
import { IdField } from "@/ui/IdField";
import { NameField } from "@/ui/NameField";
import { Panel } from "@/ui/Panel";
import type { FormPart } from "./panel-props";

export function BasicsPanel({ draft, faults, disabled, change }: FormPart) {
  const workflows = useQuery(allWorkflows).data ?? [];
  const chosen = workflows.find(({ id }) => id === draft.workflow_id);
  const known = chosen
    ? workflows
    : [{ id: draft.workflow_id, name: `Workflow ${draft.workflow_id}` }, ...workflows];
  return (
    <Panel title="What it is">
      <div className={list.fields}>
        <NameField
          value={draft.name}
          disabled={disabled}
          error={faults.name}
          onChange={(name) => change({ name })}
        />
        <IdField
          label="Workflow"
          rows={known}
          value={draft.workflow_id}
          disabled={disabled}
          error={faults.workflow_id}
          hint={
            chosen && (
              <Link to="/workflows/$workflowId" params={{ workflowId: String(chosen.id) }}>
                Version {chosen.version}, {chosen.slots.length} slots
              </Link>
            )
          }
          onChange={(id) => id && change({ workflow_id: id })}
        />
        <TextField
          label="Seed"
          inputMode="numeric"
          value={draft.seed}
          placeholder="Random"
          disabled={disabled}
          error={faults.seed}
          hint="Empty: a new random seed for every run."
          onChange={(event) => change({ seed: event.target.value })}
        />
      </div>
    </Panel>
  );
}
