import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { WipeDivider } from "./WipeDivider";

function Wipe() {
  const [edge, setEdge] = useState(0.5);
  return <WipeDivider edge={edge} onMove={setEdge} />;
}

test("the divider is moved by keys, and not beyond the picture", async () => {
  render(<Wipe />);
  const divider = screen.getByRole("slider", { name: "Divider between the two clips" });
  await userEvent.tab();
  expect(document.activeElement).toBe(divider);
  await userEvent.keyboard("{ArrowRight}{ArrowRight}{PageUp}");
  expect(divider.getAttribute("aria-valuenow")).toBe("62");
  await userEvent.keyboard("{End}{ArrowRight}");
  expect(divider.getAttribute("aria-valuenow")).toBe("100");
  await userEvent.keyboard("{Home}{ArrowLeft}");
  expect(divider.getAttribute("aria-valuenow")).toBe("0");
});
