import { seconds } from "@/ui/format";
import style from "./Insights.module.css";

export interface Column {
  name: string;
  value: number;
}

const WIDTH = 560;
const HEIGHT = 180;
const FOOT = 18;
const HEAD = 16;
const GAP = 0.3;
/** Beyond, names would run into each other. */
const NAMED = 10;

/** Standing columns over days. */
export function Columns({ columns, label }: { columns: Column[]; label: string }) {
  const most = Math.max(...columns.map(({ value }) => value), Number.EPSILON);
  const step = Math.min(WIDTH / columns.length, 80);
  const every = Math.ceil(columns.length / NAMED);
  const height = (value: number) => (value / most) * (HEIGHT - FOOT - HEAD);
  return (
    <svg
      className={style.columns}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="xMinYMid meet"
      role="img"
      aria-label={`${label}: ${columns.map(({ name, value }) => `${name} ${seconds(value)}`).join(", ")}`}
    >
      <line x1="0" x2={WIDTH} y1={HEIGHT - FOOT} y2={HEIGHT - FOOT} />
      {columns.map(({ name, value }, at) => (
        <g key={name}>
          <rect
            x={at * step + (step * GAP) / 2}
            y={HEIGHT - FOOT - height(value)}
            width={step * (1 - GAP)}
            height={height(value)}
            rx="3"
          >
            <title>{`${name}: ${seconds(value)}`}</title>
          </rect>
          {at % every === 0 && (
            <>
              <text x={(at + 0.5) * step} y={HEIGHT - 4} textAnchor="middle">
                {name}
              </text>
              {value > 0 && (
                <text
                  x={(at + 0.5) * step}
                  y={HEIGHT - FOOT - height(value) - 4}
                  textAnchor="middle"
                >
                  {seconds(value)}
                </text>
              )}
            </>
          )}
        </g>
      ))}
    </svg>
  );
}
