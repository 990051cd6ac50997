import { expect, test } from "vitest";
import type { Slot } from "@/api/types";
import { rangeOf, slotGroups } from "./slot-groups";

const slot = (name: string, kind = "int") => ({ name, kind, choices: [] }) as unknown as Slot;

test("slots that the form sets elsewhere are left out, and one of two nodes is shown once", () => {
  const slots = ["prompt", "seed", "image", "lora_1", "lora_1_weight", "fps", "fps", "cfg"].map(
    (name) => slot(name),
  );
  const groups = slotGroups([...slots, slot("vae", "choice")]);
  expect(groups.map((group) => group.slots.map(({ name }) => name))).toEqual([
    ["fps"],
    ["cfg"],
    ["vae"],
  ]);
});

test("a range is said as far as it is known", () => {
  expect(rangeOf({ minimum: 1, maximum: 10000 } as Slot)).toBe("1 to 10,000");
  expect(rangeOf({ minimum: 0, maximum: null } as Slot)).toBe("at least 0");
});
