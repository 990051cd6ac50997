import { expect, test } from "vitest";
import type { Shot } from "@/api/types";
import { failures, perDay, phases } from "./usage";

const shot = (more: object) => ({ status: "scored", timings: null, ...more }) as unknown as Shot;

test("a day without shots is a day, and attempts that failed are paid too", () => {
  const days = perDay([
    shot({ created_at: "2026-05-03T10:00:00Z", gpu_seconds_spent: 5 }),
    shot({ created_at: "2026-05-01T23:59:59Z", gpu_seconds_spent: 2, status: "failed" }),
    shot({ created_at: "2026-05-01T00:00:00Z", gpu_seconds_spent: null }),
  ]);
  expect(days).toHaveLength(7);
  expect(days.slice(-3)).toEqual([
    { name: "05-01", value: 2 },
    { name: "05-02", value: 0 },
    { name: "05-03", value: 5 },
  ]);
});

test("what was not measured does not pull a median to 0", () => {
  const shots = [1, 4, 2, null].map((render_s) => shot({ timings: { render_s, queue_s: null } }));
  expect(phases(shots)).toEqual([{ name: "Renders", median: 2 }]);
});

test("failures are counted by their code", () => {
  const failed = (code?: string) => shot({ status: "failed", failure: code ? { code } : null });
  expect(failures([failed("out_of_memory"), failed(), failed("out_of_memory"), shot({})])).toEqual([
    { reason: "out of memory", count: 2 },
    { reason: "unknown", count: 1 },
  ]);
});
