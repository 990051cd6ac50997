import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { allWorkflows } from "@/api/catalogue";
import { AskFirst } from "@/ui/AskFirst";
import { IdField } from "@/ui/IdField";
import { NameField } from "@/ui/NameField";
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
      <NameField
        value={name}
        autoFocus
        onChange={setName}
        hint="Prompts, values and QA come next."
      />
      <IdField
        label="Workflow"
        rows={workflows}
        value={workflow?.id}
        hint={workflows.length ? undefined : "Import a workflow first."}
        onChange={setPicked}
      />
    </AskFirst>
  );
}
