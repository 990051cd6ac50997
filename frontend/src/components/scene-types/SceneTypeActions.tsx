import { useNavigate } from "@tanstack/react-router";
import { Copy, Trash2 } from "lucide-react";
import { useState } from "react";
import type { SceneType } from "@/api/types";
import { NewSceneDialog } from "@/components/scenes/NewSceneDialog";
import { TestShotButton } from "@/components/test-shots/TestShotButton";
import { useMay } from "@/session/session";
import { AskFirst } from "@/ui/AskFirst";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { sayError } from "@/ui/toast";
import { createSceneType, removeSceneType } from "./actions";

export function SceneTypeActions({ sceneType }: { sceneType: SceneType }) {
  const [asks, setAsks] = useState<"scene" | "delete">();
  const navigate = useNavigate();
  const close = () => setAsks(undefined);
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
      <IconButton
        icon={Trash2}
        look="plain"
        label="Delete the scene type"
        title="Delete"
        onClick={() => setAsks("delete")}
      />
      <Button onClick={() => void copy().catch(sayError)}>
        <Copy aria-hidden /> Duplicate
      </Button>
      <Button onClick={() => setAsks("scene")}>New scene</Button>
      <TestShotButton sceneTypeId={sceneType.id} />
      {asks === "scene" && <NewSceneDialog open onClose={close} sceneTypeId={sceneType.id} />}
      <AskFirst
        open={asks === "delete"}
        onClose={close}
        title={`Delete “${sceneType.name}”`}
        yes="Delete"
        danger
        run={async () => {
          await removeSceneType(sceneType.id);
          await navigate({ to: "/scene-types" });
        }}
      >
        <p>The scene type is removed with its test shots. It must have no scenes.</p>
      </AskFirst>
    </>
  );
}
