import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { PromptText } from "./PromptText";

test("what was filled in and what has no value is marked", () => {
  const { container } = render(
    <PromptText
      pieces={[
        { kind: "filled", text: "Ada" },
        { kind: "text", text: " in " },
        { kind: "unresolved", text: "{coat}" },
      ]}
    />,
  );
  expect(container.textContent).toBe("BecomesAda in {coat}");
  expect(screen.getByText("Ada").tagName).toBe("MARK");
  expect(screen.getByTitle("No value").textContent).toBe("{coat}");
});

test("a text without placeholders is not said again", () => {
  const { container } = render(<PromptText pieces={[{ kind: "text", text: "rain" }]} />);
  expect(container.textContent).toBe("");
});
