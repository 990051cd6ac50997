import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { allWorkflows } from "@/api/catalogue";
import { AskFirst } from "@/ui/AskFirst";
import { SelectField, TextField } from "@/ui/Field";
import { IdOptions } from "@/ui/IdOptions";
import { createSceneType } from "./actions";

interface NewSceneTypeDialogProps {
  open: boolean;
  onClose: () => void;
  workflowId?: number;
}

export function NewSceneTypeDialog({ open, onClose, workflowId }: NewSceneTypeDialogProps) {
  const navigate = useNavigate();
  const workflows = useQuery(allWorkflows).data ?? [];
  const [name, setName] = useState("");
  const [picked, setPicked] = useState(workflowId);
  const workflow = workflows.find(({ id }) => id === picked) ?? workflows[0];
  const create = async () => {
    const made = await createSceneType(name.trim(), workflow!.id);
    await navigate({ to: "/scene-types/$sceneTypeId", params: { sceneTypeId: String(made.id) } });
  };
  return (
    <AskFirst
      open={open}
      onClose={onClose}
      title="New scene type"
      yes="Make the scene type"
      disabled={!name.trim() || !workflow}
      run={create}
    >
      <TextField
        label="Name"
        value={name}
        maxLength={200}
        autoFocus
        onChange={(event) => setName(event.target.value)}
        hint="Prompts, values and QA come next."
      />
      <SelectField
        label="Workflow"
        value={workflow?.id ?? ""}
        hint={workflows.length ? undefined : "Import a workflow first."}
        onChange={(event) => setPicked(Number(event.target.value))}
      >
        <IdOptions rows={workflows} />
      </SelectField>
    </AskFirst>
  );
}
