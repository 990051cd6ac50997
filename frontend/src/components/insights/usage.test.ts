import { expect, test } from "vitest";
import type { Usage } from "@/api/types";
import { failureBars, spentByDay } from "./usage";

const bucket = (start: string, preview: number, production: number) => ({
  start,
  spent: { preview, production },
});

test("a day is a column of test shots and scenes, days without any included", () => {
  const usage = {
    buckets: [bucket("2026-05-01T00:00:00Z", 2, 5), bucket("2026-05-02T00:00:00Z", 0, 0)],
  } as Usage;
  expect(spentByDay(usage)).toEqual([
    { name: "05-01", parts: [2, 5] },
    { name: "05-02", parts: [0, 0] },
  ]);
});

test("failures are said by reason, with what they cost", () => {
  const failures = [{ code: "out_of_memory", attempts: 2, gpu_seconds: 4 }];
  const [bar] = failureBars({ failures } as never, (value) => `${value} s`);
  expect(bar).toEqual({
    name: "out of memory",
    about: "4 s of GPU in vain",
    value: 2,
    shown: "2 times",
  });
});
