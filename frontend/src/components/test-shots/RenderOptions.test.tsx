import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { RenderOptions } from "./RenderOptions";
import { type Options, USUAL } from "./requests";

interface FormProps {
  isBatch: boolean;
  onSeen: (options: Options) => void;
}

function Form({ isBatch, onSeen }: FormProps) {
  const [value, setValue] = useState<Options>(USUAL);
  return (
    <RenderOptions
      value={value}
      isBatch={isBatch}
      onChange={(next) => {
        setValue(next);
        onSeen(next);
      }}
    />
  );
}

/** The part; returns what reads the options. */
function options(isBatch: boolean) {
  let seen = USUAL;
  render(
    <Form
      isBatch={isBatch}
      onSeen={(next) => {
        seen = next;
      }}
    />,
  );
  return () => seen;
}

test("what is set is said even when the part is closed", async () => {
  const seen = options(true);
  await userEvent.click(screen.getByText("More"));
  await userEvent.click(screen.getByLabelText("Render anew"));
  await userEvent.selectOptions(screen.getByLabelText("Priority of the batch"), "First");
  expect(seen()).toEqual({ fresh: true, priority: 10 });
  expect(screen.getByText("rendered anew, goes first")).toBeTruthy();
});

test("one shot has no priority", () => {
  options(false);
  expect(screen.queryByLabelText("Priority of the batch")).toBeNull();
  expect(screen.getByLabelText("Render anew")).toBeTruthy();
});
