import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import type { Shot } from "@/api/types";
import { Dialog } from "@/ui/Dialog";
import { Failure, Loading } from "@/ui/States";
import { PromotionProof } from "./PromotionProof";
import { PromotionTarget } from "./PromotionTarget";

interface PromoteDialogProps {
  shotId: number;
  /** Proposed first; without it the scene it was asked for from. */
  sceneId?: number;
  open: boolean;
  onClose: () => void;
}

/** A test shot becomes segment 001 of a scene: where, what that saves, and the proof afterwards. */
export function PromoteDialog({ shotId, sceneId, open, onClose }: PromoteDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Promote test shot ${shotId}`}
      about="It becomes segment 001 of a scene, byte for byte. Nothing is rendered again."
    >
      <Steps key={shotId} shotId={shotId} sceneId={sceneId} onClose={onClose} />
    </Dialog>
  );
}

function Steps({ shotId, sceneId, onClose }: Omit<PromoteDialogProps, "open">) {
  const [promotionId, setPromotion] = useState<string>();
  const { data: shot, error } = useQuery({
    queryKey: keys.shot(shotId),
    queryFn: (): Promise<Shot> =>
      read(api.GET("/api/test-shots/{shot_id}", { params: { path: { shot_id: shotId } } })),
  });
  if (error) return <Failure error={error} />;
  if (!shot) return <Loading cards={1} />;
  if (promotionId) {
    return (
      <PromotionProof
        promotionId={promotionId}
        onBack={() => setPromotion(undefined)}
        onClose={onClose}
      />
    );
  }
  return (
    <PromotionTarget shot={shot} sceneId={sceneId} onPromoted={setPromotion} onClose={onClose} />
  );
}
