import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { SceneType } from "@/api/types";
import { Button } from "@/ui/Button";
import list from "@/ui/catalogue.module.css";
import { IdField } from "@/ui/IdField";
import { Panel } from "@/ui/Panel";
import { Pill } from "@/ui/Pill";
import { sayError } from "@/ui/toast";
import { validate } from "./actions";
import style from "./Workflows.module.css";

interface ValidationPanelProps {
  workflowId: number;
  sceneTypes: SceneType[];
  onDryRun?: () => void;
}

/** Who can render it, and what the others lack. */
export function ValidationPanel({ workflowId, sceneTypes, onDryRun }: ValidationPanelProps) {
  const [sceneTypeId, setSceneType] = useState<number>();
  const check = useMutation({
    mutationFn: () => validate(workflowId, sceneTypeId),
    onError: sayError,
  });
  return (
    <Panel
      title="Can it be rendered?"
      about="Asks every live worker for nodes, model files and values. Nothing is rendered."
      actions={
        <>
          {onDryRun && (
            <Button size="s" onClick={onDryRun}>
              Dry run…
            </Button>
          )}
          <Button size="s" look="primary" disabled={check.isPending} onClick={() => check.mutate()}>
            {check.isPending ? "Checking…" : "Check"}
          </Button>
        </>
      }
    >
      {sceneTypes.length > 0 && (
        <div className={style.choose}>
          <IdField
            label="With values and LoRAs of"
            rows={sceneTypes}
            none="The workflow itself"
            value={sceneTypeId}
            onChange={setSceneType}
          />
        </div>
      )}
      {check.data && (
        <div className={style.workers} role="status">
          <p className={list.note} data-tone={check.data.can_render ? undefined : "fail"}>
            {check.data.detail}
          </p>
          {check.data.workers.map((report) => (
            <div key={report.worker}>
              <p className={list.line}>
                <strong>{report.worker}</strong>
                <Pill tone={report.can_render ? "pass" : "fail"}>
                  {report.can_render ? "Can render it" : "Cannot render it"}
                </Pill>
                {report.can_render && !report.has_reported && (
                  <span className={list.faint}>It does not say what it has.</span>
                )}
              </p>
              {report.faults && report.faults.length > 0 && (
                <ul>
                  {report.faults.map((fault) => (
                    <li key={fault.message}>
                      {fault.message}
                      {fault.nearest?.length ? ` Alike: ${fault.nearest.join(", ")}.` : ""}
                    </li>
                  ))}
                </ul>
              )}
            </div>
          ))}
        </div>
      )}
    </Panel>
  );
}
