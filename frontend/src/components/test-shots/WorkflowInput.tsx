import { useQuery } from "@tanstack/react-query";
import { allWorkflows } from "@/api/catalogue";
import type { Slot, WorkflowChoice, WorkflowSummary } from "@/api/types";
import { versionsQuery } from "@/components/workflows/queries";
import { SelectField } from "@/ui/Field";
import style from "./WorkflowInput.module.css";

interface WorkflowInputProps {
  /** Null: the scene type's. */
  value: WorkflowChoice | null;
  standard: WorkflowSummary;
  error: string | undefined;
  /** With what of the workflow can be set. */
  onChange: (value: WorkflowChoice | null, slots: readonly Slot[]) => void;
}

/** The workflow of one of two configurations: the scene type's, or another one or version. */
export function WorkflowInput({ value, standard, error, onChange }: WorkflowInputProps) {
  const workflows = useQuery(allWorkflows).data ?? [];
  const chosen = workflows.find(({ id }) => id === value?.id);
  const versions = useQuery({
    ...versionsQuery(value?.id ?? 0),
    enabled: value !== null,
  }).data;
  const pick = (id: number) => {
    const picked = workflows.find((one) => one.id === id);
    if (picked) onChange({ id }, picked.slots);
    else onChange(null, standard.slots);
  };
  const pickVersion = (version: number) => {
    const picked = versions?.find((one) => one.version === version);
    if (value && picked) onChange({ id: value.id, version }, picked.slots);
    else if (value) pick(value.id);
  };
  const older = versions?.filter(({ version }) => version !== chosen?.version) ?? [];
  return (
    <div className={style.workflow} data-changed={value !== null || undefined}>
      <SelectField
        label="Workflow"
        value={value?.id ?? ""}
        error={error}
        onChange={(event) => pick(Number(event.target.value))}
      >
        <option value="">{standard.name}, as the scene type has it</option>
        {workflows.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      {value && (
        <SelectField
          label="Version"
          value={value.version ?? ""}
          onChange={(event) => pickVersion(Number(event.target.value))}
        >
          <option value="">{chosen ? `${chosen.version}, present` : "Present"}</option>
          {older.map(({ version }) => (
            <option key={version} value={version}>
              {version}
            </option>
          ))}
        </SelectField>
      )}
    </div>
  );
}
