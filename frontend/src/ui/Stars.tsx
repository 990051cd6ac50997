import { Star } from "lucide-react";
import style from "./Stars.module.css";

const RATINGS = [1, 2, 3, 4, 5] as const;

interface StarsProps {
  value: number | null | undefined;
  /** Without it the stars only tell. A second click on the same star takes it back. */
  onRate?: (rating: number | null) => void;
}

export function Stars({ value, onRate }: StarsProps) {
  if (!onRate) {
    return value ? (
      <span className={style.stars} role="img" aria-label={`${value} of 5`}>
        {RATINGS.slice(0, value).map((rating) => (
          <Star key={rating} className={style.on} aria-hidden />
        ))}
      </span>
    ) : null;
  }
  return (
    <fieldset className={style.stars}>
      <legend className="visually-hidden">Rating</legend>
      {RATINGS.map((rating) => (
        <button
          key={rating}
          type="button"
          aria-label={`${rating} of 5`}
          aria-pressed={value === rating}
          onClick={() => onRate(value === rating ? null : rating)}
        >
          <Star className={rating <= (value ?? 0) ? style.on : style.off} aria-hidden />
        </button>
      ))}
    </fieldset>
  );
}
