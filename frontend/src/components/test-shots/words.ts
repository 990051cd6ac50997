/** What states are called on screen. */

import type { ShotStatus, Verdict } from "@/api/types";

export const STATUS_WORDS: Record<ShotStatus, string> = {
  waiting: "Waiting",
  rendering: "Rendering",
  rendered: "Being scored",
  scored: "Scored",
  failed: "Failed",
  cancelled: "Cancelled",
};

export const VERDICT_WORDS: Record<Verdict, string> = {
  pass: "Passes",
  warn: "Has a warning",
  fail: "Fails",
  not_measured: "Not measured",
};

export const DECISION_WORDS = {
  approved: "Approved",
  rejected: "Rejected",
  undecided: "Undecided",
} as const;

export function choicesOf<T extends string>(
  words: Record<T, string>,
): { value: T; name: string }[] {
  return (Object.entries(words) as [T, string][]).map(([value, name]) => ({ value, name }));
}
