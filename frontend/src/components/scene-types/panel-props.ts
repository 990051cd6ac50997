import type { Slot } from "@/api/types";
import type { Draft, Faults } from "./draft";

/** What every part of the form gets. */
export interface FormPart {
  draft: Draft;
  faults: Faults;
  /** Of the workflow that is chosen. */
  slots: Slot[];
  disabled: boolean;
  change: (what: Partial<Draft>) => void;
}
