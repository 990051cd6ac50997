import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { Preset } from "@/api/types";
import { activeOf, change, emptyDraft } from "./configurations";
import { PresetMenu } from "./PresetMenu";
import { presetOf } from "./presets";

const soft: Preset = {
  id: 7,
  scene_type_id: 1,
  name: "soft",
  overrides: { values: { cfg: 4 }, prompts: {} },
  created_by_id: null,
  created_at: "",
  updated_at: "",
};
const edited = activeOf(change(emptyDraft(), { do: "set-slot", slot: "cfg", value: 6 }));

function menu(over: Partial<Parameters<typeof PresetMenu>[0]> = {}) {
  const actions = {
    keep: vi.fn(async () => soft),
    replace: vi.fn(async () => soft),
    rename: vi.fn(async () => soft),
    remove: vi.fn(async () => undefined),
  };
  const onApply = vi.fn();
  render(
    <PresetMenu
      presets={[soft]}
      shown={undefined}
      configuration={edited}
      error={null}
      actions={actions as never}
      onApply={onApply}
      {...over}
    />,
  );
  return { ...actions, onApply };
}

test("a click takes a preset up", async () => {
  const { onApply } = menu();
  await userEvent.click(screen.getByRole("button", { name: /^soft/ }));
  expect(onApply).toHaveBeenCalledWith(soft);
});

test("what is edited is kept under a new name, and replaces what has the name", async () => {
  const { keep, replace } = menu();
  const name = screen.getByLabelText<HTMLInputElement>("Name of the preset");
  await userEvent.type(name, " strong {Enter}");
  expect(keep).toHaveBeenCalledWith("strong", expect.objectContaining({ values: { cfg: 6 } }));
  expect(name.value).toBe("");

  await userEvent.type(name, "soft");
  await userEvent.click(screen.getByRole("button", { name: "Replace" }));
  expect(replace).toHaveBeenCalledWith(7, expect.objectContaining({ values: { cfg: 6 } }));
  expect(keep).toHaveBeenCalledTimes(1);
});

test("what is a preset already, or changes nothing, cannot be kept", () => {
  menu({ configuration: activeOf(emptyDraft()) });
  expect(screen.queryByLabelText("Name of the preset")).toBeNull();
  const same = { ...edited, values: { cfg: 4 } };
  menu({ configuration: same, shown: presetOf(same, [soft]) });
  expect(screen.queryByLabelText("Name of the preset")).toBeNull();
});

test("it is deleted only after a yes", async () => {
  const { remove } = menu();
  await userEvent.click(screen.getByRole("button", { name: "Delete soft" }));
  await userEvent.click(screen.getByRole("button", { name: "No" }));
  await userEvent.click(screen.getByRole("button", { name: "Delete soft" }));
  expect(remove).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: "Delete" }));
  expect(remove).toHaveBeenCalledWith(7);
});

test("a name that is refused stays to be mended, and why is said", async () => {
  const { rename } = menu();
  rename.mockRejectedValueOnce(new Error("The name is taken."));
  await userEvent.click(screen.getByRole("button", { name: "Rename soft" }));
  const name = screen.getByLabelText<HTMLInputElement>("New name of soft");
  await userEvent.clear(name);
  await userEvent.type(name, "hard{Enter}");
  expect(rename).toHaveBeenCalledWith(7, "hard");
  expect(screen.getByRole("alert").textContent).toBe("The name is taken.");
  expect(name.value).toBe("hard");
});
