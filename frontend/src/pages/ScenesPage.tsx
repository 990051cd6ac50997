import { useState } from "react";
import { NewSceneDialog } from "@/components/scenes/NewSceneDialog";
import { SceneList } from "@/components/scenes/SceneList";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";
import { Page } from "@/ui/Page";

export function ScenesPage() {
  const [creates, setCreates] = useState(false);
  const may = useMay("creator");
  const create = may ? () => setCreates(true) : undefined;
  return (
    <Page
      title="Scenes"
      actions={
        create && (
          <Button look="primary" onClick={create}>
            New scene
          </Button>
        )
      }
    >
      <SceneList onCreate={create} />
      <NewSceneDialog open={creates} onClose={() => setCreates(false)} />
    </Page>
  );
}
