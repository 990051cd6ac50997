/** What was spent, saved and failed, day by day, as charts want it. */

import type { Usage, UsedIn } from "@/api/types";
import { counted } from "@/ui/format";
import type { BarValue } from "./BarChart";
import type { Column } from "./Columns";

/** A column a UTC day: test shots below, scenes above. */
export function spentByDay({ buckets }: Usage): Column[] {
  return buckets.map(({ start, spent }) => ({
    name: start.slice(5, 10),
    parts: [spent.preview, spent.production],
  }));
}

/** `out_of_memory`, twice, is a bar `out of memory`. */
export function failureBars({ failures }: UsedIn, seconds: (value: number) => string): BarValue[] {
  return failures.map(({ code, attempts, gpu_seconds }) => ({
    name: code.replaceAll("_", " "),
    about: `${seconds(gpu_seconds)} of GPU in vain`,
    value: attempts,
    shown: counted(attempts, "time"),
  }));
}
