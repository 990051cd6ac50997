import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { MeasureTrend } from "@/api/types";
import { Button } from "@/ui/Button";
import { Panel } from "@/ui/Panel";
import style from "./QATrends.module.css";
import { sceneQAQuery } from "./queries";
import { Trend } from "./Trend";
import { interesting } from "./trends";

/** How each measure goes over the chain; what drifts comes first. */
export function QATrends({ sceneId }: { sceneId: number }) {
  const { data } = useQuery(sceneQAQuery(sceneId));
  const [all, setAll] = useState(false);
  if (!data || data.segments.length < 2) return null;
  const moving = interesting(data.trends);
  const shown: MeasureTrend[] = all ? data.trends : moving;
  const drifts = data.trends.filter((trend) => trend.drifts);
  const rest = data.trends.length - moving.length;
  return (
    <Panel
      title="QA along the chain"
      about={
        drifts.length
          ? drifts.map(({ message }) => message).join(" ")
          : "No measure drifts: nothing moves steadily towards its limit from segment to segment."
      }
      actions={
        rest > 0 && (
          <Button size="s" look="quiet" aria-pressed={all} onClick={() => setAll(!all)}>
            {all ? "Only what moves" : `All ${data.trends.length} measures`}
          </Button>
        )
      }
    >
      {shown.length > 0 && (
        <ul className={style.trends}>
          {shown.map((trend) => (
            <Trend key={trend.measure} trend={trend} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
