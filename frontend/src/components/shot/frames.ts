/** Frames of a clip by time, and back. */

interface Clip {
  fps: number;
  frames: number;
}

/** The frame that is shown at a time in seconds. */
export function frameAt(time: number, { fps, frames }: Clip): number {
  // Players say 0.12499 for what is frame 2 of 16 a second.
  return Math.min(Math.max(Math.floor(time * fps + 1e-3), 0), frames - 1);
}

/** The middle of a frame: rounding to either side still shows it. */
export function timeOf(frame: number, { fps }: Pick<Clip, "fps">): number {
  return (frame + 0.5) / fps;
}
