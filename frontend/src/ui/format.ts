/** Numbers as people read them. */

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** `8.2 s`, `41 s`, `3 min`, `2 h 5 min`. */
export function seconds(value: number | null | undefined): string {
  if (value == null) return "unknown";
  if (value < 0.005) return "0 s";
  if (value < 10) return `${value < 1 ? value.toFixed(2) : value.toFixed(1)} s`;
  if (value < 1.5 * MINUTE) return `${Math.round(value)} s`;
  if (value < HOUR) return `${Math.round(value / MINUTE)} min`;
  const minutes = Math.round((value % HOUR) / MINUTE);
  return `${Math.floor(value / HOUR)} h${minutes ? ` ${minutes} min` : ""}`;
}

/** `about 40 s`, for what is only expected. */
export function about(value: number | null | undefined): string {
  return value == null ? "no estimate yet" : `about ${seconds(value)}`;
}

/** `about to start`, `starts in about 40 s`; nothing where nobody can tell. */
export function starts(inS: number | null | undefined): string {
  if (inS == null) return "";
  return inS < 2 ? "about to start" : `starts in about ${seconds(inS)}`;
}

/** `just now`, `5 min ago`, `3 h ago`, `2 d ago`, then the date. */
export function ago(moment: string, now = Date.now()): string {
  const passed = (now - Date.parse(moment)) / 1000;
  if (passed < MINUTE) return "just now";
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min ago`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h ago`;
  if (passed < 14 * DAY) return `${Math.floor(passed / DAY)} d ago`;
  return new Date(moment).toLocaleDateString(undefined, { dateStyle: "medium" });
}

/** `1 vote`, `2 votes`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `5 %`, `0.4 %`. */
export function percent(part: number): string {
  const value = part * 100;
  return `${value < 1 && value > 0 ? value.toFixed(1) : Math.round(value)} %`;
}

/** A value of a parameter, short enough for a chip. */
export function parameter(value: unknown): string {
  if (typeof value === "number") return String(Math.round(value * 1e6) / 1e6);
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}
