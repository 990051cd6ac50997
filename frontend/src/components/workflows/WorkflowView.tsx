import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { allSceneTypes } from "@/api/catalogue";
import type { Workflow } from "@/api/types";
import { useMay } from "@/session/session";
import { Facts } from "@/ui/Facts";
import { ago } from "@/ui/format";
import { DryRunDialog } from "./DryRunDialog";
import { titlesOf } from "./graph";
import { SlotTable } from "./SlotTable";
import { ValidationPanel } from "./ValidationPanel";
import { VersionsPanel } from "./VersionsPanel";
import { RENDERERS } from "./WorkflowList";

export function WorkflowView({ workflow }: { workflow: Workflow }) {
  const sceneTypes = (useQuery(allSceneTypes).data ?? []).filter(
    (one) => one.workflow_id === workflow.id,
  );
  const [runs, setRuns] = useState(false);
  const may = useMay("creator");
  const rule = workflow.frame_rule;
  return (
    <>
      <Facts
        facts={[
          ["Rendered by", RENDERERS[workflow.renderer]],
          ["Version", workflow.version],
          ["Nodes", Object.keys(workflow.graph).length],
          ["Frames", rule ? `${rule.step} × n + ${rule.offset ?? 0}` : "any number"],
          ["VRAM", workflow.vram_gb ? `${workflow.vram_gb} GB` : "any"],
          ["Changed", ago(workflow.updated_at)],
          [
            "Scene types",
            sceneTypes.length
              ? sceneTypes.map(({ id, name }, at) => (
                  <span key={id}>
                    {at > 0 && ", "}
                    <Link to="/scene-types/$sceneTypeId" params={{ sceneTypeId: String(id) }}>
                      {name}
                    </Link>
                  </span>
                ))
              : "none",
          ],
        ]}
      />
      <ValidationPanel
        workflowId={workflow.id}
        sceneTypes={sceneTypes}
        onDryRun={may ? () => setRuns(true) : undefined}
      />
      <SlotTable slots={workflow.slots} titles={titlesOf(workflow.graph)} />
      <VersionsPanel workflowId={workflow.id} />
      {runs && <DryRunDialog workflowId={workflow.id} onClose={() => setRuns(false)} />}
    </>
  );
}
