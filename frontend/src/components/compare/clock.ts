/**
 * One clock for all cells: what is shown is a function of its time, so no cell can be ahead.
 *
 * Time is in seconds of the comparison, from 0. It moves in ticks, the frames of the clip with the
 * highest rate. A clip of another rate shows the frame that is due at that time; a clip that is
 * shorter than the loop holds its last frame until the loop begins again.
 */

export interface Facts {
  fps: number;
  frames: number;
}

/** What a loop lasts as long as: the longest clip, or what all clips have. */
export type LoopOver = "longest" | "shortest";

export const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2] as const;
export type Speed = (typeof SPEEDS)[number];

/** Times are sums of binary fractions: 5 / 16 * 24 must not become frame 7. */
const SLACK = 1e-6;

/** The frame of a clip that is due at a time; its last one afterwards. */
export function frameAt(time: number, { fps, frames }: Facts): number {
  return Math.max(0, Math.min(frames - 1, Math.floor(time * fps + SLACK)));
}

export class Clock {
  #playing = false;
  #loops = true;
  #speed: Speed = 1;
  #over: LoopOver = "longest";
  #clips: readonly Facts[] = [];
  /** At `#since` (ms) it was `#from` (s). */
  #from = 0;
  #since = 0;

  /** @param now milliseconds; a test has its own. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  get playing(): boolean {
    return this.#playing;
  }

  get loops(): boolean {
    return this.#loops;
  }

  /** Whether clips differ in length. */
  get mixed(): boolean {
    return new Set(this.#clips.map(({ fps, frames }) => frames / fps)).size > 1;
  }

  get fps(): number {
    return Math.max(1, ...this.#clips.map(({ fps }) => fps));
  }

  get duration(): number {
    if (this.#clips.length === 0) return 0;
    const durations = this.#clips.map(({ fps, frames }) => frames / fps);
    return this.#over === "longest" ? Math.max(...durations) : Math.min(...durations);
  }

  /** How many ticks there are. */
  get ticks(): number {
    return Math.max(1, Math.round(this.duration * this.fps));
  }

  get speed(): Speed {
    return this.#speed;
  }

  get over(): LoopOver {
    return this.#over;
  }

  setClips(clips: readonly Facts[]): void {
    this.#move(() => {
      this.#clips = clips;
    });
  }

  setSpeed(speed: Speed): void {
    this.#move(() => {
      this.#speed = speed;
    });
  }

  /** The next slower (-1) or faster (1) speed. */
  changeSpeed(by: -1 | 1): void {
    const next = SPEEDS[SPEEDS.indexOf(this.#speed) + by];
    if (next) this.setSpeed(next);
  }

  setLoops(loops: boolean): void {
    this.#move(() => {
      this.#loops = loops;
    });
  }

  setOver(over: LoopOver): void {
    this.#move(() => {
      this.#over = over;
    });
  }

  play(): void {
    if (this.playing) return;
    const isOver = !this.loops && this.tick() >= this.ticks - 1;
    this.#anchor(isOver ? 0 : this.time());
    this.#playing = true;
  }

  pause(): void {
    this.#anchor(this.tick() / this.fps);
    this.#playing = false;
  }

  /** Go to a tick; playing goes on from there. */
  seek(tick: number): void {
    this.#anchor(Math.max(0, Math.min(this.ticks - 1, Math.round(tick))) / this.fps);
  }

  /** Pause and go on by so many ticks, around the end where it loops. */
  step(by: number): void {
    this.pause();
    const to = this.tick() + by;
    this.seek(this.loops ? ((to % this.ticks) + this.ticks) % this.ticks : to);
  }

  /** Seconds, less than the duration where it loops, at most the duration where it does not. */
  time(now = this.now()): number {
    if (!this.playing) return this.#from;
    const passed = Math.max(0, now - this.#since) / 1000;
    const time = this.#from + passed * this.#speed;
    if (this.duration === 0) return 0;
    return this.loops ? time % this.duration : Math.min(time, this.duration);
  }

  tick(now = this.now()): number {
    return Math.min(this.ticks - 1, Math.floor(this.time(now) * this.fps + SLACK));
  }

  /** Whether it has come to an end it does not loop at. */
  isOver(now = this.now()): boolean {
    return this.playing && !this.loops && this.time(now) >= this.duration;
  }

  #move(change: () => void): void {
    const time = this.time();
    change();
    this.#anchor(Math.min(time, Math.max(0, (this.ticks - 1) / this.fps)));
  }

  #anchor(time: number): void {
    this.#from = time;
    this.#since = this.now();
  }
}
