/**
 * How far apart the cells are: measured after every drawing, not assumed.
 *
 * A sample is one frame callback of the browser: for every cell, the frame whose picture its canvas
 * shows (by the picture's timestamp in the file) against the one the clock says is due.
 */

export interface Sync {
  samples: number;
  /** Samples in which a cell showed another frame than the due one. */
  skewed: number;
  maxSkewFrames: number;
  /** Of the last sample. */
  skewFrames: number;
  /** Milliseconds of the main thread for drawing all cells once, over the last drawings. */
  drawMs: number;
}

/** Recent drawings count more: a mean over about so many. */
const MEAN_OVER = 60;

export class SyncMeter {
  #sync: Sync = { samples: 0, skewed: 0, maxSkewFrames: 0, skewFrames: 0, drawMs: 0 };

  get sync(): Sync {
    return this.#sync;
  }

  reset(): void {
    this.#sync = { ...this.#sync, samples: 0, skewed: 0, maxSkewFrames: 0, skewFrames: 0 };
  }

  record(cells: ReadonlyArray<{ drawn: number; due: number }>): void {
    if (cells.length === 0) return;
    const skewFrames = Math.max(...cells.map(({ drawn, due }) => Math.abs(drawn - due)));
    const { samples, skewed, maxSkewFrames } = this.#sync;
    this.#sync = {
      ...this.#sync,
      samples: samples + 1,
      skewed: skewed + (skewFrames > 0 ? 1 : 0),
      maxSkewFrames: Math.max(maxSkewFrames, skewFrames),
      skewFrames,
    };
  }

  cost(ms: number): void {
    const { drawMs } = this.#sync;
    this.#sync = { ...this.#sync, drawMs: drawMs ? drawMs + (ms - drawMs) / MEAN_OVER : ms };
  }
}
