/**
 * Draws the frame of the one clock to every cell within one frame callback of the browser, and
 * measures that it did.
 *
 * It knows nothing of React: cells attach their canvas, `subscribe` and `state` tell what changed.
 */

import { Clock, type Facts, frameAt, type LoopOver, type Speed } from "./clock";
import type { Footage, Picture } from "./footage";
import { type Paint, paintLoupe } from "./paint";
import { type Sync, SyncMeter } from "./sync";
import { type View, WHOLE } from "./view";

export type ClipState =
  | { is: "loading"; fraction: number }
  | { is: "ready"; inexact?: string }
  | { is: "failed"; message: string };

/** A canvas, the clips it shows, and how. */
export interface Screen {
  clips: readonly number[];
  paint: Paint;
  /** Where a wipe's divider is, 0..1 of the width. */
  edge: number;
}

export interface PlayerState {
  playing: boolean;
  tick: number;
  ticks: number;
  fps: number;
  speed: Speed;
  loops: boolean;
  over: LoopOver;
  /** Whether clips differ in length. */
  mixed: boolean;
  view: View;
  /** The point of the picture under the loupe, 0..1; undefined while there is none. */
  loupe: { x: number; y: number } | undefined;
  clips: Readonly<Record<number, ClipState>>;
  /** By clip: the frame that its cell shows. */
  drawn: Readonly<Record<number, number>>;
}

/** Sharp frames are decoded once one has stopped for so long. */
const SETTLED_MS = 120;

export class Player {
  readonly clock = new Clock();
  readonly #meter = new SyncMeter();
  readonly #footage = new Map<number, Footage>();
  readonly #sharp = new Map<number, Picture>();
  readonly #screens = new Map<HTMLCanvasElement, Screen>();
  readonly #told = new Set<() => void>();
  #clips: ReadonlyArray<{ id: number; facts: Facts | undefined }> = [];
  #callback = 0;
  #settled: ReturnType<typeof setTimeout> | undefined;
  /** What is on the canvases: drawn again only when this changes. */
  #painted = "";
  #changes = 0;
  #state: PlayerState = {
    playing: false,
    tick: 0,
    ticks: 1,
    fps: 1,
    speed: 1,
    loops: true,
    over: "longest",
    mixed: false,
    view: WHOLE,
    loupe: undefined,
    clips: {},
    drawn: {},
  };

  get state(): PlayerState {
    return this.#state;
  }

  get sync(): Sync {
    return this.#meter.sync;
  }

  /** By clip, in the order of the comparison; null where none is on a canvas. */
  get drawn(): (number | null)[] {
    return this.#clips.map(({ id }) => this.#state.drawn[id] ?? null);
  }

  /** Width to height of a clip, as its file has it. */
  ratio(id: number): number | undefined {
    const footage = this.#footage.get(id);
    return footage && footage.width / footage.height;
  }

  subscribe = (tell: () => void): (() => void) => {
    this.#told.add(tell);
    return () => this.#told.delete(tell);
  };

  /** Which clips there are, and what is known of them before they are decoded. */
  setClips(clips: ReadonlyArray<{ id: number; facts: Facts | undefined }>): void {
    this.#clips = clips;
    this.#setClock();
  }

  setClip(id: number, state: ClipState): void {
    this.#publish({ clips: { ...this.#state.clips, [id]: state } });
  }

  /** Show this footage; what was shown of the clip before is closed. */
  load(id: number, footage: Footage): void {
    // The same clip decoded wider is no reason to measure anew.
    if (!this.#footage.has(id)) this.#meter.reset();
    this.#drop(id);
    this.#footage.set(id, footage);
    this.#setClock();
  }

  unload(id: number): void {
    this.#drop(id);
    const { [id]: _, ...clips } = this.#state.clips;
    this.#publish({ clips });
    this.change();
  }

  attach(canvas: HTMLCanvasElement, screen: Screen): void {
    this.#screens.set(canvas, screen);
    this.change();
  }

  detach(canvas: HTMLCanvasElement): void {
    this.#screens.delete(canvas);
    this.change();
  }

  setView(view: View): void {
    this.#publish({ view });
    this.change();
  }

  setLoupe(loupe: PlayerState["loupe"]): void {
    this.#publish({ loupe });
    this.change();
  }

  /** Do something with the clock, and show what comes of it. */
  tell(what: (clock: Clock) => void): void {
    what(this.clock);
    this.change();
  }

  /** Something is to be drawn anew. */
  change(): void {
    this.#changes += 1;
    this.#wake();
  }

  stop(): void {
    cancelAnimationFrame(this.#callback);
    this.#callback = 0;
    clearTimeout(this.#settled);
    for (const id of [...this.#footage.keys()]) this.#drop(id);
  }

  #setClock(): void {
    this.clock.setClips(
      this.#clips.flatMap(({ id, facts }) => {
        const known = this.#footage.get(id) ?? facts;
        return known ? [{ fps: known.fps, frames: known.frames }] : [];
      }),
    );
    this.change();
  }

  #wake(): void {
    this.#callback ||= requestAnimationFrame((now) => {
      this.#callback = 0;
      this.#show(now);
    });
  }

  #show(now: number): void {
    const { clock } = this;
    if (clock.isOver(now)) {
      clock.seek(clock.ticks - 1);
      clock.pause();
    }
    const time = clock.time(now);
    const due = new Map<number, number>();
    for (const [id, footage] of this.#footage) {
      const frame = frameAt(time, footage);
      due.set(id, frame);
      footage.follow({ time, frame, playing: clock.playing, speed: clock.speed });
    }
    const pictures = new Map<number, Picture>();
    for (const [id, frame] of due) {
      const picture = this.#picture(id, frame);
      if (picture) pictures.set(id, picture);
    }
    const toPaint = `${this.#changes} ${[...pictures.values()].map(({ frame }) => frame)}`;
    if (toPaint !== this.#painted) {
      this.#paint(pictures);
      this.#painted = toPaint;
      this.#sharpenSoon(due);
    }
    this.#measure(due);
    this.#publishClock(now);
    const isBehind = [...due].some(([id, frame]) => pictures.get(id)?.frame !== frame);
    const isSteered = [...this.#footage.values()].some(({ exact }) => !exact);
    if (clock.playing || (isSteered && isBehind)) this.#wake();
  }

  #picture(id: number, frame: number): Picture | undefined {
    const sharp = this.#sharp.get(id);
    const isOpen = sharp && (sharp.image as ImageBitmap).width > 0;
    if (isOpen && sharp.frame === frame && !this.clock.playing) return sharp;
    return this.#footage.get(id)?.picture(frame);
  }

  #paint(pictures: ReadonlyMap<number, Picture>): void {
    const began = performance.now();
    const { view, loupe } = this.#state;
    const drawn: Record<number, number> = {};
    for (const [canvas, { clips, paint, edge }] of this.#screens) {
      const shown = clips.map((id) => pictures.get(id)).filter((one) => one !== undefined);
      const to = canvas.getContext("2d");
      if (!to || shown.length < clips.length) continue;
      const { width, height } = canvas;
      const box = { left: 0, top: 0, width, height };
      to.clearRect(0, 0, width, height);
      paint(to, shown, box, view, edge * width);
      if (loupe) paintLoupe(to, paint, shown, box, view, edge * width, loupe, devicePixelRatio);
      for (const [index, id] of clips.entries()) drawn[id] = shown[index]!.frame;
    }
    this.#meter.cost(performance.now() - began);
    if (JSON.stringify(drawn) !== JSON.stringify(this.#state.drawn)) this.#publish({ drawn });
  }

  #measure(due: ReadonlyMap<number, number>): void {
    if (!this.clock.playing) return;
    const cells = Object.entries(this.#state.drawn).flatMap(([id, drawn]) => {
      const frame = due.get(Number(id));
      return frame === undefined ? [] : [{ drawn, due: frame }];
    });
    this.#meter.record(cells);
  }

  /** Where one looks closely at a frame that stands still, it gets every pixel it has. */
  #sharpenSoon(due: ReadonlyMap<number, number>): void {
    clearTimeout(this.#settled);
    if (this.clock.playing || (this.#state.view.scale === 1 && !this.#state.loupe)) return;
    const shown = new Set([...this.#screens.values()].flatMap(({ clips }) => clips));
    this.#settled = setTimeout(() => {
      for (const id of shown) void this.#sharpen(id, due.get(id) ?? 0);
    }, SETTLED_MS);
  }

  async #sharpen(id: number, frame: number): Promise<void> {
    const footage = this.#footage.get(id);
    const before = this.#sharp.get(id);
    if (before?.frame === frame && (before.image as ImageBitmap).width > 0) return;
    // A frame that cannot be decoded again is shown as it is.
    const picture = await footage?.sharp(frame).catch(() => undefined);
    if (!picture || this.#footage.get(id) !== footage) return;
    this.#sharp.set(id, picture);
    this.change();
  }

  #drop(id: number): void {
    this.#footage.get(id)?.dispose();
    this.#footage.delete(id);
    this.#sharp.delete(id);
  }

  #publishClock(now: number): void {
    const { clock } = this;
    const next = {
      playing: clock.playing,
      tick: clock.tick(now),
      ticks: clock.ticks,
      fps: clock.fps,
      speed: clock.speed,
      loops: clock.loops,
      over: clock.over,
      mixed: clock.mixed,
    };
    const keys = Object.keys(next) as (keyof typeof next)[];
    if (keys.some((key) => next[key] !== this.#state[key])) this.#publish(next);
  }

  #publish(change: Partial<PlayerState>): void {
    this.#state = { ...this.#state, ...change };
    for (const tell of this.#told) tell();
  }
}
