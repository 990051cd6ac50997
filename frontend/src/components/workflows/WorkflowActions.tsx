import { useNavigate } from "@tanstack/react-router";
import { Download, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Workflow } from "@/api/types";
import { NewSceneTypeDialog } from "@/components/scene-types/NewSceneTypeDialog";
import { useMay } from "@/session/session";
import { AskFirst } from "@/ui/AskFirst";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { removeWorkflow, saveWorkflow } from "./actions";

export function WorkflowActions({ workflow }: { workflow: Workflow }) {
  const [asks, setAsks] = useState<"change" | "delete" | "type">();
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
          <IconButton
            icon={Trash2}
            look="plain"
            label="Delete the workflow"
            title="Delete"
            onClick={() => setAsks("delete")}
          />
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
        <TextField
          label="Name"
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label="VRAM a worker must have, GB"
          inputMode="decimal"
          value={vram}
          placeholder="Any"
          onChange={(event) => setVram(event.target.value)}
        />
      </AskFirst>
      <AskFirst
        open={asks === "delete"}
        onClose={close}
        title={`Delete “${workflow.name}”`}
        yes="Delete"
        danger
        run={async () => {
          await removeWorkflow(workflow.id);
          await navigate({ to: "/workflows" });
        }}
      >
        <p>The workflow is removed with its versions. No scene type may be made with it.</p>
      </AskFirst>
    </>
  );
}
