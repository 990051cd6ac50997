import { Check, X } from "lucide-react";
import type { Decision, Shot } from "@/api/types";
import { toggled, useReview } from "@/components/test-shots/review";
import { useMay } from "@/session/session";
import { IconButton } from "@/ui/IconButton";
import { Stars } from "@/ui/Stars";
import style from "./ReviewControls.module.css";
import { shotName } from "./shot-clip";

/** Rating, and approved or rejected: pressed again it is taken back. */
export function ReviewControls({ shot }: { shot: Shot }) {
  const review = useReview();
  const may = useMay("creator");
  const { rating, decision } = shot.review ?? {};
  if (!may) {
    return (
      <div className={style.controls}>
        <Stars value={rating} />
        {decision}
      </div>
    );
  }
  const decide = (said: Decision) =>
    review.mutate({ shot, changes: toggled(shot, { decision: said }) });
  return (
    <div className={style.controls}>
      <Stars
        value={rating}
        onRate={(value) => review.mutate({ shot, changes: { rating: value } })}
      />
      <span className={style.decision}>
        <IconButton
          icon={Check}
          size="s"
          className={style.approve}
          label={`Approve ${shotName(shot)}`}
          title="Approve"
          aria-pressed={decision === "approved"}
          onClick={() => decide("approved")}
        />
        <IconButton
          icon={X}
          size="s"
          className={style.reject}
          label={`Reject ${shotName(shot)}`}
          title="Reject"
          aria-pressed={decision === "rejected"}
          onClick={() => decide("rejected")}
        />
      </span>
    </div>
  );
}
