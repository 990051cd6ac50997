/** How a video element that is a little off comes back to the one clock. */

const GAIN = 4;
const SLOWEST = 0.5;
const FASTEST = 1.5;
/** Frames; farther off than that it is quicker to seek. */
const FAR = 2;

/**
 * @param drift seconds by which the element is behind the clock.
 * @returns the rate to play at, and whether to seek to the clock's time.
 */
export function nudge(drift: number, fps: number, speed: number): { rate: number; seek: boolean } {
  if (Math.abs(drift) * fps > FAR) return { rate: speed, seek: true };
  const factor = Math.min(FASTEST, Math.max(SLOWEST, 1 + GAIN * drift));
  return { rate: speed * factor, seek: false };
}
