import type { Standing, Standings } from "@/api/types";
import { Bar } from "@/ui/Bar";
import list from "@/ui/catalogue.module.css";
import { seconds } from "@/ui/format";
import { Panel } from "@/ui/Panel";
import { Pill } from "@/ui/Pill";

/** What was spent today, and what may still be. */
export function BudgetPanel({ standings }: { standings: Standings }) {
  const resets = new Date(standings.own.resets_at).toLocaleTimeString(undefined, {
    timeStyle: "short",
  });
  return (
    <Panel title="Budget today" about={`A new day begins at ${resets}.`}>
      <Line name="You" standing={standings.own} />
      <Line name="Everybody" standing={standings.everybody} />
    </Panel>
  );
}

function Line({ name, standing }: { name: string; standing: Standing }) {
  const { gpu_seconds_per_day: limit, spent_s: spent, reserved_s: reserved } = standing;
  return (
    <div className={list.form}>
      <p className={`${list.line} ${list.spread} number`}>
        <strong>
          {name} {standing.is_spent && <Pill tone="fail">Spent</Pill>}
        </strong>
        <span>
          {seconds(spent)} spent{reserved > 0 && `, ${seconds(reserved)} reserved`}
          {limit == null ? ", no limit" : ` of ${seconds(limit)}`}
        </span>
      </p>
      {limit != null && (
        <Bar part={limit ? (spent + reserved) / limit : 1} label={`${name}: budget used`} />
      )}
    </div>
  );
}
