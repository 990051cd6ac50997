import type { BoundaryCandidate } from "@/api/types";
import style from "./FrameBars.module.css";

interface FrameBarsProps {
  candidates: BoundaryCandidate[];
  chosen: number;
  onChoose: (frame: number) => void;
}

/** For every frame how sharp it is and how much moves in it, as two small bars. */
export function FrameBars({ candidates, chosen, onChoose }: FrameBarsProps) {
  const motion = scaleOf(candidates.map((one) => one.motion));
  const sharpness = scaleOf(candidates.map((one) => one.sharpness));
  return (
    <div className={style.frames}>
      <ol>
        {candidates.map((one) => (
          <li key={one.frame}>
            <button
              type="button"
              aria-pressed={one.frame === chosen}
              aria-label={`Frame ${one.frame}: sharpness ${one.sharpness.toFixed(0)}, motion ${one.motion.toFixed(1)}${one.is_calmest ? ", the calmest" : ""}`}
              onClick={() => onChoose(one.frame)}
            >
              <img src={one.still} alt="" fetchPriority="low" />
              <span className={style.bars} aria-hidden>
                <i data-of="sharpness" style={{ height: sharpness(one.sharpness) }} />
                <i data-of="motion" style={{ height: motion(one.motion) }} />
              </span>
              <span className={style.number}>
                {one.frame}
                {one.is_calmest && " ●"}
              </span>
            </button>
          </li>
        ))}
      </ol>
      <p aria-hidden>
        <i data-of="sharpness" /> Sharpness, more is better <i data-of="motion" /> Motion, less is
        calmer · ● calmest
      </p>
    </div>
  );
}

const LEAST = 0.15;

/** Neighbours differ by little: the lowest is short and the highest full, whatever lies between. */
function scaleOf(values: number[]): (value: number) => string {
  const low = Math.min(...values);
  const range = Math.max(...values) - low || 1;
  return (value) => `${(LEAST + (1 - LEAST) * ((value - low) / range)) * 100}%`;
}
