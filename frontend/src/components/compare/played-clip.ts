/**
 * The clip as a video element that follows the one clock: for addresses without WebCodecs.
 *
 * Close, not exact (measured: 82 to 90 % of samples on the due frame): two elements may present
 * on either side of a refresh. While it plays its rate is nudged; when it is far off it seeks, one
 * seek at a time: on a busy machine a seek lasts longer than a few frames, and who seeks again
 * because of that never shows any.
 */

import type { Facts } from "./clock";
import { ClipError, type Footage, type Moment, type Picture } from "./footage";
import { nudge } from "./nudge";

/** The file is in memory already; an element that says nothing for so long will not. */
const LIMIT_MS = 20_000;
/** A seek that nothing is heard of for so long is forgotten, */
const LOST_MS = 3000;
/** and one that has ended shows its frame within this time, or is done again. */
const SHOWN_MS = 250;

export class PlayedClip implements Footage {
  readonly exact = false;
  #shown = -1;
  #closed = false;
  /** The latest seek: where to, when it began and when it ended. */
  #seek = { to: -1, began: Number.NEGATIVE_INFINITY, ended: Number.NEGATIVE_INFINITY };

  private constructor(
    private readonly video: HTMLVideoElement,
    readonly fps: number,
    readonly frames: number,
  ) {
    const onFrame: VideoFrameRequestCallback = (_, { mediaTime }) => {
      this.#shown = Math.min(this.frames - 1, Math.round(mediaTime * this.fps));
      if (!this.#closed) this.video.requestVideoFrameCallback(onFrame);
    };
    this.video.requestVideoFrameCallback(onFrame);
    this.video.onseeked = () => {
      this.#seek.ended = performance.now();
    };
  }

  get width(): number {
    return this.video.videoWidth;
  }

  get height(): number {
    return this.video.videoHeight;
  }

  /** @throws ClipError the browser cannot play it. */
  static async open(file: Blob, facts: Facts | undefined): Promise<PlayedClip> {
    const video = document.createElement("video");
    video.muted = true;
    video.playsInline = true;
    video.preload = "auto";
    video.src = URL.createObjectURL(file);
    await new Promise<void>((resolve, reject) => {
      const fail = (message: string) => {
        URL.revokeObjectURL(video.src);
        reject(new ClipError(message));
      };
      const limit = setTimeout(
        () => fail(`The browser did not begin to play the clip within ${LIMIT_MS / 1000} s.`),
        LIMIT_MS,
      );
      video.onloadeddata = () => {
        clearTimeout(limit);
        resolve();
      };
      video.onerror = () => {
        clearTimeout(limit);
        fail("This browser can neither decode nor play the clip.");
      };
    });
    const fps = facts?.fps ?? 16;
    return new PlayedClip(video, fps, facts?.frames ?? Math.round(video.duration * fps));
  }

  follow({ time, frame, playing, speed }: Moment): void {
    const { video } = this;
    const isOver = frame >= this.frames - 1 && time * this.fps >= this.frames;
    if (!playing || isOver) {
      if (!video.paused) video.pause();
      if (this.#shown !== frame) this.#seekTo((frame + 0.5) / this.fps);
      return;
    }
    if (video.paused) void video.play().catch(() => {});
    const { rate, seek } = nudge(time - video.currentTime, this.fps, speed, this.#seekS);
    if (seek) this.#seekTo(time);
    if (Math.abs(video.playbackRate - rate) > 0.01) video.playbackRate = rate;
  }

  /** Seconds that the latest seek lasted. */
  get #seekS(): number {
    return Math.max(0, this.#seek.ended - this.#seek.began) / 1000 || 0;
  }

  #seekTo(to: number): void {
    const now = performance.now();
    const { began, ended } = this.#seek;
    const isUnderWay = ended < began && now - began < LOST_MS;
    const isThere = this.#seek.to === to && now - ended < SHOWN_MS;
    if (isUnderWay || isThere) return;
    this.#seek = { to, began: now, ended };
    this.video.currentTime = to;
  }

  picture(): Picture | undefined {
    if (this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return undefined;
    return {
      image: this.video,
      frame: Math.max(0, this.#shown),
      width: this.width,
      height: this.height,
    };
  }

  async sharp(): Promise<Picture | undefined> {
    return undefined; // What plays has every pixel already.
  }

  dispose(): void {
    this.#closed = true;
    this.video.pause();
    URL.revokeObjectURL(this.video.src);
    this.video.removeAttribute("src");
    this.video.load();
  }
}
