/** Where the time of the newest test shots went, and why some of them failed. */

import { useQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { seconds } from "@/ui/format";
import { Panel } from "@/ui/Panel";
import { BarChart } from "./BarChart";
import { Columns } from "./Columns";
import style from "./Insights.module.css";
import { failures, perDay, phases } from "./usage";

const NEWEST = 200;

export function UsagePanels() {
  const { data } = useQuery({
    queryKey: [...keys.stats, "newest-shots"],
    queryFn: () =>
      read(api.GET("/api/test-shots/gallery", { params: { query: { limit: NEWEST } } })),
  });
  if (!data?.items.length) return null;
  const shots = data.items;
  const failed = failures(shots);
  const of = shots.length < NEWEST ? "all" : `the newest ${NEWEST}`;
  return (
    <div className={style.grid}>
      <Panel title="GPU seconds a day" about={`Of ${of} test shots, all attempts counted.`}>
        <Columns label="GPU seconds a day" columns={perDay(shots)} />
      </Panel>
      <Panel title="Where the time goes" about={`Medians of ${of} test shots.`}>
        <BarChart
          label="Median seconds by phase"
          bars={phases(shots).map(({ name, median }) => ({
            name,
            value: median,
            shown: seconds(median),
          }))}
        />
      </Panel>
      <Panel title="Why shots failed" about={`Of ${of} test shots.`}>
        {failed.length ? (
          <BarChart
            label="Failures by reason"
            bars={failed.map(({ reason, count }) => ({
              name: reason,
              value: count,
              shown: String(count),
            }))}
          />
        ) : (
          <p>None of them failed.</p>
        )}
      </Panel>
    </div>
  );
}
