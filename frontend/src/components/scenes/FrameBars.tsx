import type { BoundaryCandidate } from "@/api/types";
import style from "./FrameBars.module.css";

interface FrameBarsProps {
  candidates: BoundaryCandidate[];
  chosen: number;
  onChoose: (frame: number) => void;
}

/** For every frame how sharp it is and how much moves in it, as two small bars. */
export function FrameBars({ candidates, chosen, onChoose }: FrameBarsProps) {
  const most = (of: "motion" | "sharpness") =>
    Math.max(...candidates.map((one) => one[of]), Number.EPSILON);
  const motion = most("motion");
  const sharpness = most("sharpness");
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
              <img src={one.still} alt="" />
              <span className={style.bars} aria-hidden>
                <i
                  data-of="sharpness"
                  style={{ height: `${(one.sharpness / sharpness) * 100}%` }}
                />
                <i data-of="motion" style={{ height: `${(one.motion / motion) * 100}%` }} />
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
