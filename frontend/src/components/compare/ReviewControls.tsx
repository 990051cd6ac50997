import type { Decision, Shot } from "@/api/types";
import { DecisionButtons } from "@/components/test-shots/DecisionButtons";
import { toggled, useReview } from "@/components/test-shots/review";
import { useMay } from "@/session/session";
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
        <DecisionButtons decision={decision} onDecide={decide} of={shotName(shot)} />
      </span>
    </div>
  );
}
