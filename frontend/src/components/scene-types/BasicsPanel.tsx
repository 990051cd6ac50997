import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { allWorkflows } from "@/api/catalogue";
import list from "@/ui/catalogue.module.css";
import { SelectField, TextField } from "@/ui/Field";
import { IdOptions } from "@/ui/IdOptions";
import { Panel } from "@/ui/Panel";
import type { FormPart } from "./panel-props";

export function BasicsPanel({ draft, faults, disabled, change }: FormPart) {
  const workflows = useQuery(allWorkflows).data ?? [];
  const chosen = workflows.find(({ id }) => id === draft.workflow_id);
  return (
    <Panel title="What it is">
      <div className={list.fields}>
        <TextField
          label="Name"
          value={draft.name}
          maxLength={200}
          disabled={disabled}
          error={faults.name}
          onChange={(event) => change({ name: event.target.value })}
        />
        <SelectField
          label="Workflow"
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
          onChange={(event) => change({ workflow_id: Number(event.target.value) })}
        >
          {!chosen && <option value={draft.workflow_id}>Workflow {draft.workflow_id}</option>}
          <IdOptions rows={workflows} />
        </SelectField>
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
