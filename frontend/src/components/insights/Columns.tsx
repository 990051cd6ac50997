import { seconds } from "@/ui/format";
import style from "./Insights.module.css";

export interface Column {
  name: string;
  /** From below, one of each kind. */
  parts: number[];
}

interface ColumnsProps {
  columns: Column[];
  /** What the parts are. */
  kinds: string[];
  label: string;
}

const WIDTH = 960;
const HEIGHT = 200;
const FOOT = 18;
const HEAD = 16;
const GAP = 0.3;
/** More names would run into each other. */
const NAMED = 10;

const sum = (parts: number[]) => parts.reduce((one, other) => one + other, 0);

/** Standing columns over days, in parts; the highest says its value. */
export function Columns({ columns, kinds, label }: ColumnsProps) {
  const totals = columns.map(({ parts }) => sum(parts));
  const most = Math.max(...totals, Number.EPSILON);
  const step = WIDTH / Math.max(1, columns.length);
  const every = Math.ceil(columns.length / NAMED);
  const height = (value: number) => (value / most) * (HEIGHT - FOOT - HEAD);
  const spent = columns.filter((_, at) => totals[at]! > 0);
  const words = spent.map(
    ({ name, parts }) => `${name} ${parts.map((part, at) => `${kinds[at]} ${seconds(part)}`)}`,
  );
  return (
    <figure>
      <svg
        className={style.columns}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${label}: ${words.join("; ") || "nothing"}`}
      >
        <line x1="0" x2={WIDTH} y1={HEIGHT - FOOT} y2={HEIGHT - FOOT} />
        {columns.map(({ name, parts }, at) => {
          const middle = (at + 0.5) * step;
          return (
            <g key={name}>
              <title>{`${name}: ${seconds(totals[at])}`}</title>
              {parts.map((part, kind) => (
                <rect
                  key={kinds[kind]}
                  data-kind={kind}
                  x={at * step + (step * GAP) / 2}
                  y={HEIGHT - FOOT - height(sum(parts.slice(0, kind + 1)))}
                  width={step * (1 - GAP)}
                  height={height(part)}
                />
              ))}
              {(columns.length - 1 - at) % every === 0 && (
                <text x={middle} y={HEIGHT - 4} textAnchor="middle">
                  {name}
                </text>
              )}
              {totals[at] === most && (
                <text
                  x={Math.min(middle, WIDTH - 20)}
                  y={HEIGHT - FOOT - height(most) - 4}
                  textAnchor="middle"
                >
                  {seconds(most)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <figcaption className={style.legend}>
        {kinds.map((kind, at) => (
          <span key={kind} data-kind={at}>
            {kind}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
