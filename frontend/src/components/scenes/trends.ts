/** Which measures of a chain are worth a look, and where their points lie. */

import type { MeasureTrend } from "@/api/types";

/** A part of its value by which a measure has to move, to be of interest. */
const MOVES = 0.02;

/** Those that drift, and those that move at all; most stand still at 0. */
export function interesting(trends: MeasureTrend[]): MeasureTrend[] {
  return trends.filter(({ drifts, points, fail }) => {
    const values = points.map(({ value }) => value);
    const spread = Math.max(...values) - Math.min(...values);
    return drifts || spread > MOVES * Math.max(Math.abs(fail ?? 0), ...values.map(Math.abs));
  });
}

export interface Scale {
  low: number;
  high: number;
}

/** Room for all values, and for a limit when it is not so far off that it would flatten them. */
export function scaleOf({ points, warn, fail }: MeasureTrend): Scale {
  const values = points.map(({ value }) => value);
  let low = Math.min(...values);
  let high = Math.max(...values);
  const reach = Math.max(high - low, Math.abs(high) * 0.1, 1e-6);
  for (const limit of [warn, fail]) {
    if (limit == null) continue;
    if (limit > high && limit - high <= 3 * reach) high = limit;
    if (limit < low && low - limit <= 3 * reach) low = limit;
  }
  const margin = (high - low || reach) * 0.1;
  return { low: low - margin, high: high + margin };
}

/** `motion_amount` is `motion amount`. */
export function measureName(measure: string): string {
  return measure.replaceAll("_", " ");
}
