import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { keys } from "@/api/keys";
import type { WorkflowChoice, WorkflowSummary } from "@/api/types";
import { WorkflowInput } from "./WorkflowInput";

const slot = (name: string) => ({ name, node: "3", input: "x", kind: "float", choices: [] });
const workflow = (id: number, name: string, version: number) =>
  ({ id, name, version, slots: [slot("cfg"), slot("shift")] }) as unknown as WorkflowSummary;
const WAN = workflow(1, "Wan", 3);
const LTX = workflow(2, "LTX", 1);
const OLD = { ...WAN, version: 2, slots: [slot("cfg")] };

interface Seen {
  value: WorkflowChoice | null;
  slots: string[];
}

interface FormProps {
  error: string | undefined;
  onSeen: (seen: Seen) => void;
}

function Form({ error, onSeen }: FormProps) {
  const [value, setValue] = useState<WorkflowChoice | null>(null);
  return (
    <WorkflowInput
      value={value}
      standard={WAN}
      error={error}
      onChange={(next, slots) => {
        setValue(next);
        onSeen({ value: next, slots: slots.map(({ name }) => name) });
      }}
    />
  );
}

/** The field; returns what reads the choice, and the slots that came with it. */
function field(error?: string) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData([...keys.workflows, "all"], [WAN, LTX]);
  client.setQueryData([...keys.workflow(1), "versions"], [WAN, OLD]);
  client.setQueryData([...keys.workflow(2), "versions"], [LTX]);
  let seen: Seen | undefined;
  render(
    <QueryClientProvider client={client}>
      <Form
        error={error}
        onSeen={(next) => {
          seen = next;
        }}
      />
    </QueryClientProvider>,
  );
  return () => seen;
}

const choose = (label: string, what: string) =>
  userEvent.selectOptions(screen.getByLabelText(label), what);

test("it is the scene type's until another is chosen, which has its version of today", async () => {
  const seen = field();
  expect(screen.getByLabelText("Workflow")).toHaveProperty("value", "");
  expect(screen.queryByLabelText("Version")).toBeNull();
  await choose("Workflow", "LTX");
  expect(seen()).toEqual({ value: { id: 2 }, slots: ["cfg", "shift"] });
  await choose("Workflow", "Wan, as the scene type has it");
  expect(seen()?.value).toBeNull();
});

test("an earlier version comes with the slots it had", async () => {
  const seen = field();
  await choose("Workflow", "Wan");
  await choose("Version", "2");
  expect(seen()).toEqual({ value: { id: 1, version: 2 }, slots: ["cfg"] });
  await choose("Version", "3, present");
  expect(seen()).toEqual({ value: { id: 1 }, slots: ["cfg", "shift"] });
});

test("what keeps it from being asked for is said at the field", () => {
  field("It needs two configurations.");
  expect(screen.getByLabelText("Workflow").getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText("It needs two configurations.")).toBeTruthy();
});
