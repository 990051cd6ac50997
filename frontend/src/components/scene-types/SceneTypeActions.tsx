import { useNavigate } from "@tanstack/react-router";
import { Copy } from "lucide-react";
import { useState } from "react";
import type { SceneType } from "@/api/types";
import { NewSceneDialog } from "@/components/scenes/NewSceneDialog";
import { TestShotButton } from "@/components/test-shots/TestShotButton";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";
import { DeleteButton } from "@/ui/DeleteButton";
import { sayError } from "@/ui/toast";
import { createSceneType, removeSceneType } from "./actions";

export function SceneTypeActions({ sceneType }: { sceneType: SceneType }) {
  const [makes, setMakes] = useState(false);
  const navigate = useNavigate();
  if (!useMay("creator")) return null;
  const copy = async () => {
    const made = await createSceneType(
      `${sceneType.name} (copy)`,
      sceneType.workflow_id,
      sceneType,
    );
    await navigate({ to: "/scene-types/$sceneTypeId", params: { sceneTypeId: String(made.id) } });
  };
  return (
    <>
      <DeleteButton
        label="Delete the scene type"
        title={`Delete “${sceneType.name}”`}
        run={async () => {
          await removeSceneType(sceneType.id);
          await navigate({ to: "/scene-types" });
        }}
      >
        <p>The scene type is removed with its test shots. It must have no scenes.</p>
      </DeleteButton>
      <Button onClick={() => void copy().catch(sayError)}>
        <Copy aria-hidden /> Duplicate
      </Button>
      <Button onClick={() => setMakes(true)}>New scene</Button>
      <TestShotButton sceneTypeId={sceneType.id} />
      {makes && <NewSceneDialog open onClose={() => setMakes(false)} sceneTypeId={sceneType.id} />}
    </>
  );
}
