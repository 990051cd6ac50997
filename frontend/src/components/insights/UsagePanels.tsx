/** Where GPU time went in the last 30 days, how long renders waited, and why some failed. */

import { useQuery } from "@tanstack/react-query";
import { seconds } from "@/ui/format";
import { Panel } from "@/ui/Panel";
import { Failure, Loading } from "@/ui/States";
import { BarChart } from "./BarChart";
import { Columns } from "./Columns";
import style from "./Insights.module.css";
import { usageQuery } from "./queries";
import { failureBars, spentByDay } from "./usage";

export function UsagePanels() {
  const { data, error, refetch } = useQuery(usageQuery);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Loading cards={2} />;
  const { total } = data;
  const { median_queue_s: queue, median_render_s: render } = total;
  const failed = failureBars(total, seconds);
  return (
    <>
      <Panel
        title="GPU time by day"
        about={`The last 30 days: ${seconds(total.spent.preview)} for test shots, ${seconds(total.spent.production)} for scenes.`}
      >
        <Columns
          label="GPU time by day"
          kinds={["Test shots", "Scenes"]}
          columns={spentByDay(data)}
        />
      </Panel>
      <div className={style.grid}>
        <Panel
          title="How long a render takes"
          about={`Medians of ${total.renders} renders of the last 30 days.`}
        >
          {queue == null && render == null ? (
            <p>Nothing was rendered.</p>
          ) : (
            <BarChart
              label="Median seconds"
              bars={[
                { name: "Waits in the queue", value: queue ?? 0, shown: seconds(queue) },
                { name: "Renders", value: render ?? 0, shown: seconds(render) },
              ]}
            />
          )}
        </Panel>
        <Panel title="Why attempts failed" about="A run may have succeeded with a later attempt.">
          {failed.length ? (
            <BarChart label="Failed attempts by reason" bars={failed} />
          ) : (
            <p>None failed in the last 30 days.</p>
          )}
        </Panel>
      </div>
    </>
  );
}
