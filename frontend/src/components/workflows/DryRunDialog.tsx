import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { allCharacters, allSceneTypes } from "@/api/catalogue";
import { AskFirst } from "@/ui/AskFirst";
import { IdField } from "@/ui/IdField";
import { dryRun } from "./actions";

export function DryRunDialog({ workflowId, onClose }: { workflowId: number; onClose: () => void }) {
  const navigate = useNavigate();
  const sceneTypes = useQuery(allSceneTypes).data ?? [];
  const characters = useQuery(allCharacters).data ?? [];
  const [type, setType] = useState<number>();
  const [person, setPerson] = useState<number>();
  const sceneTypeId =
    type ?? (sceneTypes.find((one) => one.workflow_id === workflowId) ?? sceneTypes[0])?.id;
  const characterId = person ?? characters[0]?.id;
  const run = async () => {
    const shot = await dryRun(workflowId, sceneTypeId!, characterId!);
    await navigate({ to: "/shots/$shotId", params: { shotId: String(shot.id) } });
  };
  return (
    <AskFirst
      open
      onClose={onClose}
      title="Dry run"
      yes="Render a few frames"
      disabled={!sceneTypeId || !characterId}
      run={run}
    >
      <p>A few small frames with the workflow's own values, to see that it works.</p>
      <IdField
        label="Prompts and LoRAs of"
        rows={sceneTypes}
        value={sceneTypeId}
        onChange={setType}
      />
      <IdField label="Character" rows={characters} value={characterId} onChange={setPerson} />
    </AskFirst>
  );
}
