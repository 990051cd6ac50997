/** Running the selected test shots again, and deleting them: for those who may. */

import { useMutation } from "@tanstack/react-query";
import { Repeat, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Shot } from "@/api/types";
import { useMay } from "@/session/session";
import { AskFirst } from "@/ui/AskFirst";
import { Button } from "@/ui/Button";
import { counted, seconds } from "@/ui/format";
import { say, sayError } from "@/ui/toast";
import { deleteShots, isOver, rerun } from "./shot-actions";
import type { Selection } from "./use-selection";

interface SelectionActionsProps {
  shots: readonly Shot[];
  selection: Selection;
}

export function SelectionActions({ shots, selection }: SelectionActionsProps) {
  const [asks, setAsks] = useState<"rerun" | "delete">();
  const chosen = shots.filter(({ id }) => selection.ids.has(id));
  const count = selection.ids.size;
  const again = useMutation({
    mutationFn: () => Promise.all(chosen.map((shot) => rerun(shot))),
    onSuccess: (asked) => {
      say(`${counted(asked.length, "test shot")} asked for again, with new seeds.`);
      selection.clear();
    },
  });
  const remove = useMutation({
    mutationFn: () => deleteShots(removable(chosen)),
    onSuccess: ({ deleted, refused }) => {
      selection.drop(deleted);
      if (deleted.length) say(`${counted(deleted.length, "test shot")} deleted.`);
      if (refused) sayError(refused);
    },
  });
  if (!useMay("creator")) return null;
  return (
    <>
      <Button onClick={() => setAsks("rerun")}>
        <Repeat aria-hidden />
        Run again
      </Button>
      <Button look="danger" onClick={() => setAsks("delete")}>
        <Trash2 aria-hidden />
        Delete
      </Button>
      <AskFirst
        open={asks === "rerun"}
        onClose={() => setAsks(undefined)}
        title={`Run ${counted(count, "test shot")} again?`}
        yes="Run again"
        no="Not now"
        run={again.mutateAsync}
      >
        <p>
          Each is rendered once more with the same parameters and a new random seed.{" "}
          {priceOf(chosen)}
        </p>
      </AskFirst>
      <AskFirst
        open={asks === "delete"}
        onClose={() => setAsks(undefined)}
        title={`Delete ${counted(removable(chosen).length, "test shot")}?`}
        yes="Delete"
        no="Not now"
        danger
        run={remove.mutateAsync}
      >
        <p>
          Their clips, scores and parameters are gone for good.
          {removable(chosen).length < count &&
            " Those that still run or were promoted are kept as they are."}
        </p>
      </AskFirst>
    </>
  );
}

function removable(shots: readonly Shot[]): Shot[] {
  return shots.filter((shot) => isOver(shot) && !shot.is_promoted);
}

function priceOf(shots: readonly Shot[]): string {
  const known = shots.map(
    (shot) => shot.gpu_seconds ?? shot.estimate?.gpu_seconds?.median ?? undefined,
  );
  if (known.some((one) => one === undefined)) return "There is no estimate for some of them.";
  const sum = known.reduce<number>((total, one) => total + (one ?? 0), 0);
  return `That takes about ${seconds(sum)} of GPU.`;
}
