import type { BlindPair } from "@/api/types";

/** More than the api takes at once would be refused; the first ones come again before that. */
const MOST = 100;

interface Turn {
  pair: BlindPair | null;
  /** Still to be left out. */
  skipped: readonly BlindPair[];
  note?: string;
}

/**
 * The pair that follows a vote, or `left`, which is skipped: none that was skipped before, until
 * there is no other. Then the skipped ones come again.
 */
export async function pairAfter(
  ask: (without: readonly BlindPair[]) => Promise<BlindPair | null>,
  before: readonly BlindPair[],
  left: BlindPair | null | undefined,
): Promise<Turn> {
  const leaves = left ? [left] : [];
  const skipped = [...before, ...leaves].slice(-MOST);
  const other = await ask(skipped);
  if (other || skipped.length === 0) return { pair: other, skipped };
  const again = before.length > 0 ? await ask(leaves) : null;
  if (again) {
    return { pair: again, skipped: leaves, note: "Here are the pairs again that you skipped." };
  }
  if (!left) return { pair: null, skipped: [] };
  const note = "There is no other pair to compare: vote on this one, or come back later.";
  return { pair: left, skipped: [], note };
}
