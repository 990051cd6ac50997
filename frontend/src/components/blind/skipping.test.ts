import { describe, expect, it } from "vitest";
import type { BlindPair } from "@/api/types";
import { pairAfter } from "./skipping";

function pair(name: string): BlindPair {
  const clip = (side: string) => ({ token: name + side, video: "v.mp4", poster: null });
  return { scene_type_id: 1, left: clip("l"), right: clip("r") };
}

const [first, second, third] = [pair("1"), pair("2"), pair("3")];

/** An api that has these pairs, the first of them first. */
function asking(...there: BlindPair[]) {
  return async (without: readonly BlindPair[]) =>
    there.find((one) => !without.some((other) => other.left.token === one.left.token)) ?? null;
}

describe("pairAfter", () => {
  it("leaves out what was skipped, also after votes on others", async () => {
    const one = await pairAfter(asking(first, second, third), [], first);
    const other = await pairAfter(asking(first, third), one.skipped, null);

    expect(one).toEqual({ pair: second, skipped: [first] });
    expect(other).toEqual({ pair: third, skipped: [first] });
  });

  it("brings the skipped ones again once there is no other", async () => {
    const skipping = await pairAfter(asking(first, second), [first], second);
    const voting = await pairAfter(asking(first), [first], null);

    expect(skipping).toMatchObject({ pair: first, skipped: [second] });
    expect(voting).toMatchObject({ pair: first, skipped: [] });
    expect(skipping.note).toMatch(/skipped/);
  });

  it("stays where there is one pair only, and says so", async () => {
    const only = await pairAfter(asking(first), [], first);

    expect(only).toMatchObject({ pair: first, skipped: [] });
    expect(only.note).toMatch(/no other pair/);
  });

  it("ends when all are voted on", async () => {
    expect(await pairAfter(asking(), [], null)).toEqual({ pair: null, skipped: [] });
    expect(await pairAfter(asking(), [first], null)).toEqual({ pair: null, skipped: [] });
  });
});
