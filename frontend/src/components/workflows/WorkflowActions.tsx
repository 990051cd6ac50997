import { useNavigate } from "@tanstack/react-router";
import { Download, Pencil } from "lucide-react";
import { useState } from "react";
import type { Workflow } from "@/api/types";
import { NewSceneTypeDialog } from "@/components/scene-types/NewSceneTypeDialog";
import { useMay } from "@/session/session";
import { AskFirst } from "@/ui/AskFirst";
import { Button } from "@/ui/Button";
import { DeleteButton } from "@/ui/DeleteButton";
import { TextField } from "@/ui/Field";
import { NameField } from "@/ui/NameField";
import { removeWorkflow, saveWorkflow } from "./actions";

export function WorkflowActions({ workflow }: { workflow: Workflow }) {
  const [asks, setAsks] = useState<"change" | "type">();
  const [name, setName] = useState(workflow.name);
  const [vram, setVram] = useState("");
  const navigate = useNavigate();
  const may = useMay("creator");
  const close = () => setAsks(undefined);
  const download = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(
      new Blob([JSON.stringify(workflow.graph, null, 2)], { type: "application/json" }),
    );
    link.download = `${workflow.name}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <>
      <Button onClick={download}>
        <Download aria-hidden /> Graph
      </Button>
      {may && (
        <>
          <Button
            onClick={() => {
              setName(workflow.name);
              setVram(workflow.vram_gb == null ? "" : String(workflow.vram_gb));
              setAsks("change");
            }}
          >
            <Pencil aria-hidden /> Change
          </Button>
          <DeleteButton
            label="Delete the workflow"
            title={`Delete “${workflow.name}”`}
            run={async () => {
              await removeWorkflow(workflow.id);
              await navigate({ to: "/workflows" });
            }}
          >
            <p>The workflow is removed with its versions. No scene type may be made with it.</p>
          </DeleteButton>
          <Button look="primary" onClick={() => setAsks("type")}>
            New scene type
          </Button>
        </>
      )}
      {asks === "type" && <NewSceneTypeDialog open onClose={close} workflowId={workflow.id} />}
      <AskFirst
        open={asks === "change"}
        onClose={close}
        title="Change the workflow"
        yes="Save"
        disabled={!name.trim() || Number.isNaN(Number(vram))}
        run={() =>
          saveWorkflow(workflow.id, {
            name: name.trim(),
            vram_gb: vram.trim() ? Number(vram) : null,
          })
        }
      >
        <NameField value={name} onChange={setName} />
        <TextField
          label="VRAM a worker must have, GB"
          inputMode="decimal"
          value={vram}
          placeholder="Any"
          onChange={(event) => setVram(event.target.value)}
        />
      </AskFirst>
    </>
  );
}
