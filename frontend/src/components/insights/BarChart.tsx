import style from "./Insights.module.css";

export interface BarValue {
  name: string;
  about?: string;
  value: number;
  /** The value for people: `8.2 s`. */
  shown: string;
}

/** Lying bars with their names and values in words, so that a list is all a reader needs. */
export function BarChart({ bars, label }: { bars: BarValue[]; label: string }) {
  const most = Math.max(...bars.map(({ value }) => value), Number.EPSILON);
  return (
    <ul className={style.bars} aria-label={label}>
      {bars.map(({ name, about, value, shown }) => (
        <li key={name}>
          <span>
            {name}
            {about && <small>{about}</small>}
          </span>
          <span className={style.track} aria-hidden>
            {value > 0 && <span style={{ width: `${(value / most) * 100}%` }} />}
          </span>
          <span className={style.value}>{shown}</span>
        </li>
      ))}
    </ul>
  );
}
