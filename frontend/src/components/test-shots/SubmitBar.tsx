/** The buttons that ask for it: as one, as two, or as many. */

import { Clapperboard, Columns2, Grid2x2 } from "lucide-react";
import { ProblemError } from "@/api/problem";
import { Button } from "@/ui/Button";
import { activeOf } from "./configurations";
import { type Plan, ways } from "./requests";
import style from "./SubmitBar.module.css";
import type { useSubmit } from "./use-submit";

interface SubmitBarProps {
  plan: Plan;
  submit: ReturnType<typeof useSubmit>;
  onMatrix: () => void;
}

export function SubmitBar({ plan, submit, onMatrix }: SubmitBarProps) {
  const fitting = ways(plan);
  const { configurations } = plan.draft;
  const { error, variables, isPending } = submit;
  const couldWait = error instanceof ProblemError && error.is("no-worker-can-render");
  const [a, b] = configurations;
  return (
    <div className={style.bar}>
      {couldWait && variables && (
        <Button onClick={() => submit.mutate({ ...variables, waits: true })}>
          Let it wait for a worker
        </Button>
      )}
      {fitting.includes("batch") && (
        <Button look={fitting[0] === "batch" ? "primary" : "plain"} onClick={onMatrix}>
          <Grid2x2 aria-hidden />
          {fitting[0] === "batch" ? "See the batch" : `All ${configurations.length} as a batch`}
        </Button>
      )}
      {fitting.includes("ab") && (
        <Button
          look={fitting[0] === "ab" ? "primary" : "plain"}
          disabled={isPending}
          onClick={() => submit.mutate({ way: "ab" })}
        >
          <Columns2 aria-hidden />
          {a?.name} against {b?.name}
        </Button>
      )}
      {(fitting.includes("one") || fitting.length === 0) && (
        <Button
          look="primary"
          disabled={isPending || fitting.length === 0}
          onClick={() => submit.mutate({ way: "one" })}
        >
          <Clapperboard aria-hidden />
          {configurations.length > 1 ? `Render ${activeOf(plan.draft).name}` : "Render test shot"}
        </Button>
      )}
    </div>
  );
}
