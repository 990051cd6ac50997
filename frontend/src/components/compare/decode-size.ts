/** How wide frames are decoded: as wide as they are shown, and no more than memory allows. */

import type { Size } from "./view";

/** Bytes for the frames of all clips; nine clips of 41 frames at 832x480 would take 590 MB. */
const BUDGET = 640e6;
const BYTES_A_PIXEL = 4;
/** A window that is dragged wider does not decode again at every pixel. */
const STEP = 160;

export interface ClipSize extends Size {
  frames: number;
}

/** @param shown pixels of the screen that the widest cell has. */
export function decodeWidth(shown: number, clips: readonly ClipSize[]): number {
  const wanted = Math.ceil(shown / STEP) * STEP;
  const bytes = clips.reduce((sum, { width, height, frames }) => {
    const part = Math.min(1, wanted / width);
    return sum + width * height * part * part * frames * BYTES_A_PIXEL;
  }, 0);
  if (bytes <= BUDGET) return wanted;
  return Math.max(STEP, Math.floor((wanted * Math.sqrt(BUDGET / bytes)) / STEP) * STEP);
}
