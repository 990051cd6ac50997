import { expect, test } from "vitest";
import type { Worker } from "@/api/types";
import { gigabytes, inOrder, workerState } from "./state";

const worker = (more: Partial<Worker>) =>
  ({ is_alive: true, draining: false, drain_requested: false, busy_with: [], ...more }) as Worker;

test.each([
  [{}, "Ready"],
  [{ busy_with: ["x"] }, "Renders"],
  [{ drain_requested: true, busy_with: ["x"] }, "Asked to drain"],
  [{ drain_requested: true, draining: true, busy_with: ["x"] }, "Draining"],
  [{ drain_requested: true, draining: true }, "Drained"],
  [{ is_alive: false, busy_with: ["x"] }, "Gone"],
])("%o is %s", (more, words) => expect(workerState(worker(more))[1]).toBe(words));

test("workers that are gone come last, and 2 before 10", () => {
  const names = inOrder([
    worker({ name: "gpu-1", is_alive: false }),
    worker({ name: "gpu-10" }),
    worker({ name: "gpu-2" }),
  ]).map(({ name }) => name);
  expect(names).toEqual(["gpu-2", "gpu-10", "gpu-1"]);
});

test("memory is said as cards are sold", () => {
  expect(gigabytes(24 * 1024 ** 3)).toBe("24 GB");
  expect(gigabytes(0)).toBe("none");
});
