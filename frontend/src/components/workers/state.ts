/** What a worker does, in a word. */

import type { Worker } from "@/api/types";
import type { Tone } from "@/ui/Pill";

export function workerState(worker: Worker): [Tone, string] {
  if (!worker.is_alive) return ["fail", "Gone"];
  const isBusy = worker.busy_with.length > 0;
  if (worker.draining) return isBusy ? ["warn", "Draining"] : ["warn", "Drained"];
  if (worker.drain_requested) return ["warn", "Asked to drain"];
  return isBusy ? ["busy", "Renders"] : ["pass", "Ready"];
}

/** `24 GB`; none where it has none, as the built-in renderer. */
export function gigabytes(bytes: number): string {
  if (!bytes) return "none";
  const value = bytes / 1024 ** 3;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} GB`;
}

/** Those that are there first, then by name, so that 2 comes before 10. */
export function inOrder(workers: Worker[]): Worker[] {
  return [...workers].sort(
    (a, b) =>
      Number(b.is_alive) - Number(a.is_alive) ||
      a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
}
