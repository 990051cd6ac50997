/** How a video element that is a little off comes back to the one clock. */

const GAIN = 4;
const SLOWEST = 0.5;
const FASTEST = 1.5;
/** Frames; farther off than that it is quicker to seek, */
const FAR = 2;
/** unless seeks last so long that the element is behind again when one has ended. */
const SEEKS = 2;

/**
 * @param drift seconds by which the element is behind the clock.
 * @param seekS seconds that the latest seek lasted.
 * @returns the rate to play at, and whether to seek to the clock's time.
 */
export function nudge(
  drift: number,
  fps: number,
  speed: number,
  seekS: number,
): { rate: number; seek: boolean } {
  const far = Math.max(FAR / fps, SEEKS * seekS * speed);
  if (Math.abs(drift) > far) return { rate: speed, seek: true };
  const factor = Math.min(FASTEST, Math.max(SLOWEST, 1 + GAIN * drift));
  return { rate: speed * factor, seek: false };
}
