import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { keys } from "@/api/keys";
import type { Slot } from "@/api/types";
import { AxesForm } from "./AxesForm";
import { type Axis, type AxisDraft, axesOf } from "./axes";

const slot = { node: "3", input: "x", choices: [] };
const SLOTS: Slot[] = [
  { ...slot, name: "steps", kind: "int" },
  { ...slot, name: "cfg", kind: "float" },
  { ...slot, name: "scheduler", kind: "choice", choices: ["simple", "beta"] },
  { ...slot, name: "seed", kind: "int" },
];

interface FormProps {
  faults: ReadonlyMap<string, string>;
  onAxes: (axes: Axis[]) => void;
}

function Form({ faults, onAxes }: FormProps) {
  const [drafts, setDrafts] = useState<AxisDraft[]>([]);
  const [baseline, setBaseline] = useState(false);
  return (
    <AxesForm
      axes={drafts}
      slots={SLOTS}
      workflowId={1}
      faults={faults}
      baseline={baseline}
      onChange={(changed) => {
        setDrafts(changed);
        onAxes([...axesOf(changed, SLOTS).values()]);
      }}
      onBaseline={setBaseline}
    />
  );
}

/** The form; returns what reads the axes it comes to. */
function form(faults: ReadonlyMap<string, string> = new Map()) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(keys.workers, [{ models: { loras: ["film.pt", "grain.pt"] } }]);
  let axes: Axis[] = [];
  render(
    <QueryClientProvider client={client}>
      <Form
        faults={faults}
        onAxes={(made) => {
          axes = made;
        }}
      />
    </QueryClientProvider>,
  );
  return () => axes;
}

const choose = (what: string) =>
  userEvent.selectOptions(screen.getByLabelText("What is varied"), what);

test("one begins with cfg, and varies every slot that has no field of its own", async () => {
  const axes = form();
  await userEvent.click(screen.getByRole("button", { name: "Vary a parameter" }));
  await userEvent.type(screen.getByLabelText("Values"), "4, 6");
  expect(axes()).toEqual([{ kind: "slot", slot: "cfg", values: [4, 6] }]);
  const offered = screen.getAllByRole("option").map((option) => option.textContent);
  expect(offered).toContain("scheduler");
  expect(offered.filter((name) => name === "seed" || name === "Seed")).toEqual(["Seed"]);
});

test("what has choices is ticked, in the order of the choices", async () => {
  const axes = form();
  await userEvent.click(screen.getByRole("button", { name: "Vary a parameter" }));
  await choose("scheduler");
  await userEvent.click(screen.getByRole("checkbox", { name: "beta" }));
  await userEvent.click(screen.getByRole("checkbox", { name: "simple" }));
  expect(axes()).toMatchObject([{ values: ["simple", "beta"] }]);
});

test("LoRAs come from the workers, for one of two models", async () => {
  const axes = form();
  await userEvent.click(screen.getByRole("button", { name: "Vary a parameter" }));
  await choose("LoRA");
  const add = screen.getByLabelText("Add a LoRA that a worker has");
  await userEvent.selectOptions(add, "grain.pt");
  await userEvent.type(screen.getByLabelText("Weights"), "0.5");
  await userEvent.selectOptions(screen.getByLabelText("For which model"), "low");
  expect(axes()).toEqual([
    { kind: "lora", names: ["grain.pt"], weights: [0.5], baseline: false, target: "low" },
  ]);
});

test("values that are none are marked, and what the api says stands there", async () => {
  form(new Map([["1", "Too many."]]));
  await userEvent.click(screen.getByRole("button", { name: "Vary a parameter" }));
  const values = screen.getByLabelText("Values");
  await userEvent.type(values, "soft");
  expect(values.getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByRole("alert").textContent).toBe("Too many.");
});
