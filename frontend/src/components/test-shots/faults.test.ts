import { expect, test } from "vitest";
import { ProblemError } from "@/api/problem";
import { faultsOf } from "./faults";

const problem = (...errors: { where: string; message: string }[]) =>
  new ProblemError({
    type: "/problems/invalid-parameters",
    title: "It does not fit",
    status: 422,
    detail: "In sum.",
    errors: errors.map((error) => ({ ...error, kind: "x" })),
  });

test("a slot is found by its name in the sentence", () => {
  const faults = faultsOf(
    problem({ where: "body", message: 'slot "cfg" is 1000 and must be at most 100' }),
  );
  expect(faults.fields).toEqual({ "values.cfg": 'Slot "cfg" is 1000 and must be at most 100' });
  expect(faults.general).toBeUndefined();
});

test("a field is the same wherever the configuration stands in a request", () => {
  const faults = faultsOf(
    problem(
      { where: "body.variations[1].loras[0].name", message: "too short" },
      { where: "body.shot.seed", message: "too large" },
    ),
  );
  expect(faults.fields).toEqual({ "loras[0].name": "Too short", seed: "Too large" });
});

test("what is about no field is said as a whole", () => {
  expect(faultsOf(problem({ where: "body", message: "no worker" })).general).toBe("In sum.");
  expect(faultsOf(undefined).general).toBeUndefined();
});

test("what is wrong on an axis is said there, though it names a slot", () => {
  const faults = faultsOf(
    problem({ where: "body.batch.axes[1].values[2]", message: 'slot "cfg" is too large' }),
  );
  expect(faults.fields).toEqual({ "axes[1]": 'Slot "cfg" is too large' });
});
