import { Award } from "lucide-react";
import { useState } from "react";
import type { Shot } from "@/api/types";
import { PromoteDialog } from "@/components/scenes/PromoteDialog";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";

/** Makes a test shot segment 001 of a scene. The proof stays open once the shot is promoted. */
export function PromoteButton({ shot }: { shot: Shot }) {
  const [open, setOpen] = useState(false);
  const may = useMay("creator");
  if (!may || shot.status !== "scored") return null;
  return (
    <>
      {!shot.is_promoted && (
        <Button look="primary" onClick={() => setOpen(true)}>
          <Award aria-hidden />
          Promote
        </Button>
      )}
      {open && (
        <PromoteDialog
          open
          shotId={shot.id}
          sceneId={shot.scene_id ?? undefined}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
