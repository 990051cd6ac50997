import style from "./Bar.module.css";

/** How much of something is done, 0..1. */
export function Bar({ part, label }: { part: number; label: string }) {
  const hundredths = Math.round(Math.min(1, Math.max(0, part)) * 100);
  return (
    <div
      className={style.bar}
      role="progressbar"
      aria-label={label}
      aria-valuenow={hundredths}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <span style={{ width: `${hundredths}%` }} />
    </div>
  );
}
