import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { allSceneTypes } from "@/api/catalogue";
import type { Workflow } from "@/api/types";
import { useMay } from "@/session/session";
import { Fact, Facts } from "@/ui/Facts";
import { ago } from "@/ui/format";
import { DryRunDialog } from "./DryRunDialog";
import { titlesOf } from "./graph";
import { RENDERERS } from "./renderers";
import { SlotTable } from "./SlotTable";
import { ValidationPanel } from "./ValidationPanel";
import { VersionsPanel } from "./VersionsPanel";

export function WorkflowView({ workflow }: { workflow: Workflow }) {
  const sceneTypes = (useQuery(allSceneTypes).data ?? []).filter(
    (one) => one.workflow_id === workflow.id,
  );
  const [runs, setRuns] = useState(false);
  const may = useMay("creator");
  const rule = workflow.frame_rule;
  return (
    <>
      <Facts>
        <Fact name="Rendered by">{RENDERERS[workflow.renderer]}</Fact>
        <Fact name="Version">{workflow.version}</Fact>
        <Fact name="Nodes">{Object.keys(workflow.graph).length}</Fact>
        <Fact name="Frames">{rule ? `${rule.step} × n + ${rule.offset ?? 0}` : "any number"}</Fact>
        <Fact name="VRAM">{workflow.vram_gb ? `${workflow.vram_gb} GB` : "any"}</Fact>
        <Fact name="Changed">{ago(workflow.updated_at)}</Fact>
        <Fact name="Scene types">
          {sceneTypes.length
            ? sceneTypes.map(({ id, name }, at) => (
                <span key={id}>
                  {at > 0 && ", "}
                  <Link to="/scene-types/$sceneTypeId" params={{ sceneTypeId: String(id) }}>
                    {name}
                  </Link>
                </span>
              ))
            : "none"}
        </Fact>
      </Facts>
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
