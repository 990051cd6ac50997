/** What can be done with a test shot. */

import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Ban, Repeat, SlidersHorizontal } from "lucide-react";
import type { Shot } from "@/api/types";
import { lastGallery } from "@/components/test-shots/gallery-query";
import { cancelShot, deleteShots, isOver, rerun } from "@/components/test-shots/shot-actions";
import { TestShotButton } from "@/components/test-shots/TestShotButton";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";
import { DeleteButton } from "@/ui/DeleteButton";
import { sayError } from "@/ui/toast";
import { PromoteButton } from "./PromoteButton";

export function ShotActions({ shot }: { shot: Shot }) {
  const navigate = useNavigate();
  const may = useMay("creator");
  const again = useMutation({
    mutationFn: () => rerun(shot),
    onSuccess: ({ id }) => navigate({ to: "/shots/$shotId", params: { shotId: String(id) } }),
    onError: sayError,
  });
  const cancel = useMutation({ mutationFn: () => cancelShot(shot), onError: sayError });
  const remove = async () => {
    const { refused } = await deleteShots([shot]);
    if (refused) sayError(refused);
    else await navigate({ to: "/shots", search: lastGallery() });
  };
  if (!may) return null;
  return (
    <>
      {!isOver(shot) && (
        <Button
          look="danger"
          disabled={cancel.isPending || shot.cancel_requested_at !== null}
          onClick={() => cancel.mutate()}
        >
          <Ban aria-hidden />
          {shot.cancel_requested_at ? "Being cancelled" : "Cancel"}
        </Button>
      )}
      {isOver(shot) && !shot.is_promoted && (
        <DeleteButton
          look="quiet"
          label="Delete"
          title={`Delete test shot ${shot.id}?`}
          no="Not now"
          run={remove}
        >
          <p>Its clip, score and parameters are gone for good.</p>
        </DeleteButton>
      )}
      <Button disabled={again.isPending} title="With a new seed" onClick={() => again.mutate()}>
        <Repeat aria-hidden />
        Run again
      </Button>
      <TestShotButton look="plain" from={shot}>
        <SlidersHorizontal aria-hidden />
        Run again with changes
      </TestShotButton>
      <PromoteButton shot={shot} />
    </>
  );
}
