/** What was spent, saved and failed, day by day, as charts want it. */

import type { Savings } from "@/api/types";
import type { BarValue } from "./BarChart";
import type { Column } from "./Columns";

/** What happened in a time, as `GET /api/stats/usage` counts it. */
export interface UsedIn {
  /** GPU seconds of all attempts, by lane. */
  spent: { preview: number; production: number };
  saved: Savings;
  renders: number;
  median_queue_s: number | null;
  median_render_s: number | null;
  failures: { code: string; attempts: number; gpu_seconds: number }[];
}

export interface Usage {
  since: string;
  until: string;
  total: UsedIn;
  buckets: (UsedIn & { start: string })[];
}

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
    shown: `${attempts} time${attempts === 1 ? "" : "s"}`,
  }));
}
