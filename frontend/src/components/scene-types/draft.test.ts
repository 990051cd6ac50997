import { expect, test } from "vitest";
import { ProblemError } from "@/api/problem";
import type { SceneType, Slot } from "@/api/types";
import { changesOf, draftOf, faultsOf } from "./draft";

const slots = [
  { name: "cfg", kind: "float" },
  { name: "steps", kind: "int" },
  { name: "sampler", kind: "choice" },
] as Slot[];

const saved: SceneType = {
  id: 1,
  name: "Slow portrait",
  workflow_id: 2,
  prompts: { start: "{name}", continuation: null, full: null },
  negative_prompt: "text",
  loras: [{ name: "film.safetensors", weight: 0.8, target: "high" }],
  slot_values: { cfg: 6.5, steps: 20, sampler: "euler" },
  target_duration_s: 7.5,
  segment_duration_s: 2.5,
  duration_tolerance_s: 0,
  boundary: { mode: "manual", window: 12 },
  qa: {
    mode: "halt",
    stop_hopeless: true,
    loop: false,
    limits: { flicker: { warn: 1, fail: null } },
  },
  seed: 42,
  created_by_id: 1,
  created_at: "",
  updated_at: "",
};

test("what is edited and saved unchanged is what it was", () => {
  const { id, created_by_id, created_at, updated_at, ...rest } = saved;
  expect(changesOf(draftOf(saved), slots)).toEqual({ changes: rest, faults: {} });
});

test("an emptied slot is the workflow's default, and an emptied seed a random one", () => {
  const draft = draftOf(saved);
  const { changes } = changesOf({ ...draft, seed: "", slot_values: { cfg: "" } }, slots);
  expect(changes.slot_values).toEqual({});
  expect(changes.seed).toBeNull();
});

test("what is no number is said at its field", () => {
  const draft = draftOf(saved);
  const { faults } = changesOf(
    { ...draft, slot_values: { cfg: "much" }, target_duration_s: "" },
    slots,
  );
  expect(Object.keys(faults).sort()).toEqual(["slot_values.cfg", "target_duration_s"]);
});

test("what the api says of a slot is shown at the slot, and what has no field is kept", () => {
  const problem = (errors: object[]) =>
    faultsOf(new ProblemError({ type: "", title: "", status: 422, detail: "", errors } as never));
  expect(
    problem([
      { where: "body", message: 'slot "cfg" is 1000 and must be at most 100' },
      { where: "body.name", message: "too short" },
      { where: "body", message: "it has no LoRA slots" },
    ]),
  ).toEqual({
    "slot_values.cfg": 'slot "cfg" is 1000 and must be at most 100.',
    name: "too short.",
    "": "it has no LoRA slots.",
  });
});
