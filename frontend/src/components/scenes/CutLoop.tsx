import { useEffect, useState } from "react";
import type { BoundaryCandidate } from "@/api/types";

const FRAME_MS = 1000 / 16;
const HOLD_MS = 500;

/** The frames up to the cut, over and over, held at the cut: how it would end. */
export function CutLoop({ stills }: { stills: BoundaryCandidate[] }) {
  const [at, setAt] = useState(0);
  const count = stills.length;
  const shown = stills[Math.min(at, count - 1)];
  useEffect(() => {
    const isEnd = at >= count - 1;
    const timer = setTimeout(() => setAt(isEnd ? 0 : at + 1), isEnd ? HOLD_MS : FRAME_MS);
    return () => clearTimeout(timer);
  }, [at, count]);
  return (
    <figure>
      {shown && <img src={shown.still} alt="The end of the segment, looped" />}
      <figcaption>How it would end</figcaption>
    </figure>
  );
}
