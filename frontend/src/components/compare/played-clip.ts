/**
 * The clip as a video element that follows the one clock: for addresses without WebCodecs.
 *
 * Close, not exact (measured: 82 to 90 % of samples on the due frame): two elements may present
 * on either side of a refresh. While it plays its rate is nudged; when it is far off it seeks.
 */

import type { Facts } from "./clock";
import { ClipError, type Footage, type Moment, type Picture } from "./footage";
import { nudge } from "./nudge";

/** The file is in memory already; an element that says nothing for so long will not. */
const LIMIT_MS = 20_000;

export class PlayedClip implements Footage {
  readonly exact = false;
  #shown = -1;
  #closed = false;

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
      if (this.#shown !== frame && !video.seeking) video.currentTime = (frame + 0.5) / this.fps;
      return;
    }
    if (video.paused) void video.play().catch(() => {});
    const { rate, seek } = nudge(time - video.currentTime, this.fps, speed);
    if (seek && !video.seeking) video.currentTime = time;
    if (Math.abs(video.playbackRate - rate) > 0.01) video.playbackRate = rate;
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
