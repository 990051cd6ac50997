import { useState } from "react";
import { NewSceneTypeDialog } from "@/components/scene-types/NewSceneTypeDialog";
import { SceneTypeList } from "@/components/scene-types/SceneTypeList";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";
import { Page } from "@/ui/Page";

export function SceneTypesPage() {
  const [creates, setCreates] = useState(false);
  const create = useMay("creator") ? () => setCreates(true) : undefined;
  return (
    <Page
      title="Scene types"
      actions={
        create && (
          <Button look="primary" onClick={create}>
            New scene type
          </Button>
        )
      }
    >
      <SceneTypeList onCreate={create} />
      {creates && <NewSceneTypeDialog open onClose={() => setCreates(false)} />}
    </Page>
  );
}
