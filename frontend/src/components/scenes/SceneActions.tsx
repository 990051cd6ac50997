import { useNavigate } from "@tanstack/react-router";
import { Clapperboard, Download, Square } from "lucide-react";
import { useState } from "react";
import type { Scene } from "@/api/types";
import { TestShotButton } from "@/components/test-shots/TestShotButton";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";
import { DeleteButton } from "@/ui/DeleteButton";
import { sayError } from "@/ui/toast";
import { cancel, removeScene } from "./actions";
import { isRunning, nextStep, playable } from "./chain";
import { ExportDialog } from "./ExportDialog";
import { GenerateDialog } from "./GenerateDialog";

/** What can be done with a scene now. */
export function SceneActions({ scene }: { scene: Scene }) {
  const [asks, setAsks] = useState<"export" | "generate">();
  const navigate = useNavigate();
  const may = useMay("creator");
  const { chain } = scene;
  const runs = isRunning(chain);
  const next = nextStep(chain);
  const ready = playable(chain);
  const close = () => setAsks(undefined);
  return (
    <>
      {ready.length > 0 && (
        <Button onClick={() => setAsks("export")}>
          <Download aria-hidden /> Download
        </Button>
      )}
      {may && !runs && (
        <DeleteButton
          label="Delete the scene"
          title={`Delete “${scene.name}”`}
          run={async () => {
            await removeScene(scene.id);
            await navigate({ to: "/scenes" });
          }}
        >
          <p>The scene and its segments are removed. Test shots stay.</p>
        </DeleteButton>
      )}
      {may && runs && (
        <Button
          look="danger"
          disabled={chain.run?.cancel_requested_at != null}
          onClick={() => void cancel(scene.id).catch(sayError)}
        >
          <Square aria-hidden /> Cancel
        </Button>
      )}
      {may && (
        <TestShotButton
          sceneId={scene.id}
          sceneTypeId={scene.scene_type_id}
          characterId={scene.character_id}
        />
      )}
      {may && !runs && next && (
        <Button look={ready.length ? "primary" : "plain"} onClick={() => setAsks("generate")}>
          <Clapperboard aria-hidden /> {next}
        </Button>
      )}
      <ExportDialog scene={scene} open={asks === "export"} onClose={close} />
      {asks === "generate" && <GenerateDialog scene={scene} open onClose={close} />}
    </>
  );
}
