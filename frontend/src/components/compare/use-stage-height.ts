import { useSyncExternalStore } from "react";

/** Pixels of the page above and below the stage: title, layouts, transport. */
const AROUND = 250;
const LEAST = 280;

function tell(changed: () => void): () => void {
  addEventListener("resize", changed);
  return () => removeEventListener("resize", changed);
}

/** How high the stage may be, so that the transport is seen with it. */
export function useStageHeight(): number {
  return Math.max(LEAST, useSyncExternalStore(tell, () => innerHeight) - AROUND);
}
