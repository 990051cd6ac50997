/** What many test shots come to: cost by day, time by phase, failures by reason. */

import type { Shot, Timings } from "@/api/types";
import type { Column } from "./Columns";

const MOST_DAYS = 30;
const LEAST_DAYS = 7;
const DAY_MS = 86_400_000;

/** Seconds of GPU by UTC day, days without any included, oldest first. */
export function perDay(shots: Shot[]): Column[] {
  const spent = new Map<number, number>();
  for (const { created_at, gpu_seconds_spent } of shots) {
    const day = Math.floor(Date.parse(created_at) / DAY_MS);
    spent.set(day, (spent.get(day) ?? 0) + (gpu_seconds_spent ?? 0));
  }
  const last = Math.max(...spent.keys());
  const begun = Math.min(...spent.keys(), last - LEAST_DAYS + 1);
  const first = Math.max(begun, last - MOST_DAYS + 1);
  return Array.from({ length: last - first + 1 }, (_, at) => ({
    name: new Date((first + at) * DAY_MS).toISOString().slice(5, 10),
    value: spent.get(first + at) ?? 0,
  }));
}

const PHASES: [keyof Timings, string][] = [
  ["queue_s", "Waits in the queue"],
  ["load_s", "Loads models"],
  ["render_s", "Renders"],
  ["store_s", "Stores"],
  ["qa_s", "QA measures"],
];

/** The median of each phase, over the shots that it was measured of. */
export function phases(shots: Shot[]): { name: string; median: number }[] {
  return PHASES.flatMap(([phase, name]) => {
    const values = shots.flatMap(({ timings }) => timings?.[phase] ?? []);
    return values.length ? [{ name, median: medianOf(values) }] : [];
  });
}

function medianOf(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** How often each reason was given, the most frequent first. */
export function failures(shots: Shot[]): { reason: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { status, failure } of shots) {
    if (status !== "failed") continue;
    const reason = String(failure?.code ?? "unknown").replaceAll("_", " ");
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count);
}
