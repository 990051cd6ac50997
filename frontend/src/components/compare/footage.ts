/**
 * What a clip is to the player: facts, and a picture for every frame.
 *
 * Two kinds: `DecodedClip` has every frame in memory and is exact; `PlayedClip` is a video element
 * that is steered, for browsers (or addresses) without WebCodecs.
 */

import type { Facts } from "./clock";

export interface Picture {
  image: CanvasImageSource;
  /** Which frame this really is, by its timestamp in the file, from 0. */
  frame: number;
  /** Pixels of the clip, whatever size the image was decoded at. */
  width: number;
  height: number;
}

export interface Moment {
  /** Seconds into the comparison. */
  time: number;
  /** Due of this clip, from 0. */
  frame: number;
  playing: boolean;
  speed: number;
}

export interface Footage extends Facts {
  readonly exact: boolean;
  readonly width: number;
  readonly height: number;
  /** Be at this moment: called before every drawing. Nothing to do where all frames are there. */
  follow(moment: Moment): void;
  /** The picture that is nearest to the frame, now; undefined before there is one. */
  picture(frame: number): Picture | undefined;
  /** The frame with every pixel of the clip. */
  sharp(frame: number): Promise<Picture | undefined>;
  dispose(): void;
}

export interface Opening {
  url: string;
  /** What the api knows of the clip; the file is believed where it says otherwise. */
  facts: Facts | undefined;
  /** Pixels that pictures need to be wide; they are never wider than the clip. */
  width: number;
  signal: AbortSignal;
  onProgress: (fraction: number) => void;
}

/** The clip cannot be had at all; the message is for people. */
export class ClipError extends Error {
  override readonly name = "ClipError";
}

export interface Opened {
  footage: Footage;
  /** Why it is not frame-exact. */
  inexact?: string;
}

/** WebCodecs is only there on https and localhost. */
export const INSECURE =
  "this browser offers no frame decoder here. Open Screentest over https or on localhost.";

/**
 * Every frame of a clip, or a video element where frames cannot be decoded.
 *
 * @throws ClipError it cannot be loaded or shown.
 */
export async function open(opening: Opening): Promise<Opened> {
  const file = await load(opening);
  const { PlayedClip } = await import("./played-clip");
  if (typeof VideoDecoder === "undefined") {
    return { footage: await PlayedClip.open(file, opening.facts), inexact: INSECURE };
  }
  try {
    const { DecodedClip } = await import("./clip");
    return { footage: await DecodedClip.open(file, opening) };
  } catch (error) {
    opening.signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    return { footage: await PlayedClip.open(file, opening.facts), inexact: why };
  }
}

/** A clip lasts 2 to 3 s and is a few MB at most: it is loaded whole, once. */
async function load({ url, signal }: Opening): Promise<Blob> {
  const answer = await fetch(url, { signal, credentials: "same-origin" }).catch((error) => {
    signal.throwIfAborted();
    throw new ClipError(`The clip cannot be loaded: ${error.message}.`);
  });
  if (answer.status === 404) throw new ClipError("The clip's file is no longer there.");
  if (!answer.ok)
    throw new ClipError(`The clip cannot be loaded: the server says ${answer.status}.`);
  return answer.blob();
}
