import type { Savings } from "@/api/types";
import { counted, seconds } from "@/ui/format";
import { Panel } from "@/ui/Panel";
import { BarChart } from "./BarChart";

const CAUSES = [
  ["reuse", "Reuse", "An identical render was taken"],
  ["promotion", "Promotion", "A test shot became segment 001"],
  ["halt", "Halted by QA", "The segments that were left"],
  ["hopeless", "Stopped early", "Previews were black or noise"],
] as const;

const MOST_EXACT = 0.05;

/** GPU seconds that were not spent, by why not. */
export function SavingsPanel({ savings }: { savings: Savings }) {
  return (
    <Panel title="What saved it" about="Each counted as what the render would have cost.">
      <BarChart
        label="GPU seconds saved by cause"
        bars={CAUSES.map(([cause, name, about]) => {
          const { gpu_seconds: value = 0, times = 0 } = savings[cause] ?? {};
          const spent = value < MOST_EXACT ? "0 s" : seconds(value);
          return { name, about, value, shown: `${spent}, ${counted(times, "time")}` };
        })}
      />
    </Panel>
  );
}
