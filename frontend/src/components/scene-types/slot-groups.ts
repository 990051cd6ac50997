/** Which slots of a workflow a scene type sets, in groups that people look for. */

import type { Slot } from "@/api/types";

/** Set elsewhere in the form, or by the character. */
const ELSEWHERE = /^(image|prompt|negative_prompt|seed|lora_\d+(_weight)?)$/;

const CLIP = /^(width|height|frames|length|fps)/;
const FILES = /model|encoder|vae|clip_vision|checkpoint|lora/;

export interface SlotGroup {
  title: string;
  slots: Slot[];
}

export function slotGroups(slots: Slot[]): SlotGroup[] {
  const named = new Map(
    slots.filter(({ name }) => !ELSEWHERE.test(name)).map((slot) => [slot.name, slot]),
  );
  const groups: SlotGroup[] = [
    { title: "The clip", slots: [] },
    { title: "Sampling", slots: [] },
    { title: "Model files", slots: [] },
  ];
  for (const slot of named.values()) {
    const at = CLIP.test(slot.name) ? 0 : slot.kind === "choice" && FILES.test(slot.name) ? 2 : 1;
    groups[at]!.slots.push(slot);
  }
  return groups.filter((group) => group.slots.length);
}

/** `1 to 100`, or the half of it that is known. */
export function rangeOf({ minimum, maximum }: Slot): string {
  const number = (value: number) => value.toLocaleString("en");
  if (minimum != null && maximum != null) return `${number(minimum)} to ${number(maximum)}`;
  if (minimum != null) return `at least ${number(minimum)}`;
  return maximum != null ? `at most ${number(maximum)}` : "";
}
