import type { MeasureTrend } from "@/api/types";
import { parameter } from "@/ui/format";
import style from "./QATrends.module.css";
import { measureName, scaleOf } from "./trends";

const WIDTH = 200;
const HEIGHT = 56;
const EDGE = 4;

/** One measure over the segments, with its limits as dashed lines. */
export function Trend({ trend }: { trend: MeasureTrend }) {
  const { points, warn, fail, unit } = trend;
  const { low, high } = scaleOf(trend);
  const x = (at: number) => EDGE + (at / Math.max(1, points.length - 1)) * (WIDTH - 2 * EDGE);
  const y = (value: number) => HEIGHT - ((value - low) / (high - low)) * HEIGHT;
  const limits = { warn, fail };
  const short = (value: number) => parameter(Number(value.toPrecision(3)));
  return (
    <li className={style.trend} data-drifts={trend.drifts || undefined}>
      <p className={style.head}>
        <strong title={`${measureName(trend.measure)}, ${unit}`}>
          {measureName(trend.measure)}
        </strong>
        <span>
          {short(trend.first)} → {short(trend.last)}
        </span>
      </p>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${measureName(trend.measure)} in ${unit}: ${points
          .map(({ segment, value }) => `segment ${segment} ${short(value)}`)
          .join(", ")}`}
      >
        {(["warn", "fail"] as const).map((of) => {
          const limit = limits[of];
          return limit != null && limit >= low && limit <= high ? (
            <line
              key={of}
              className={style.limit}
              data-of={of}
              x1="0"
              x2={WIDTH}
              y1={y(limit)}
              y2={y(limit)}
            />
          ) : null;
        })}
        <polyline
          className={style.line}
          points={points.map(({ value }, at) => `${x(at)},${y(value)}`).join(" ")}
        />
      </svg>
    </li>
  );
}
