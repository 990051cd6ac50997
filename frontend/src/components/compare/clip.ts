/**
 * A clip with every frame decoded to a bitmap, so that showing any of them is one drawing.
 *
 * Bitmaps are as wide as they are shown (1.6 MB each at 832x480): nine clips at full size would
 * take a gigabyte. The loupe asks for single frames at full size. Everything is closed on dispose.
 * Loaded lazily, with mediabunny's MP4 reader only.
 */

import { BlobSource, Input, MP4, VideoSampleSink } from "mediabunny";
import type { Footage, Opening, Picture } from "./footage";

/** Kept sharp frames: stepping to and fro must not decode again. */
const SHARP_KEPT = 3;

export class DecodedClip implements Footage {
  readonly exact = true;
  #closed = false;
  #sharp = new Map<number, Promise<Picture | undefined>>();

  private constructor(
    readonly fps: number,
    readonly width: number,
    readonly height: number,
    readonly pictures: readonly Picture[],
    private readonly timestamps: readonly number[],
    private readonly sink: VideoSampleSink,
    private readonly input: Input,
  ) {}

  get frames(): number {
    return this.pictures.length;
  }

  /** @throws Error it is no MP4, or its codec cannot be decoded: the message says which. */
  static async open(file: Blob, opening: Opening): Promise<DecodedClip> {
    const input = new Input({ source: new BlobSource(file), formats: [MP4] });
    const pictures: Picture[] = [];
    try {
      const track = await input.getPrimaryVideoTrack();
      if (!track) throw new Error("the file has no video.");
      if (!(await track.canDecode())) {
        throw new Error(`this browser cannot decode ${(await track.getCodec()) ?? "its codec"}.`);
      }
      const stats = await track.computePacketStats();
      const fps = opening.facts?.fps ?? stats.averagePacketRate;
      const sink = new VideoSampleSink(track);
      const timestamps: number[] = [];
      let size = { width: 0, height: 0 };
      for await (const sample of sink.samples()) {
        try {
          opening.signal.throwIfAborted();
          size = { width: sample.displayWidth, height: sample.displayHeight };
          // Counted by timestamp, not by order: a frame that is missing in the file leaves a gap.
          const first = timestamps[0] ?? sample.timestamp;
          const frame = Math.round((sample.timestamp - first) * fps);
          const image = await bitmap(sample, Math.min(opening.width, size.width));
          pictures.push({ image, frame, ...size });
          timestamps.push(sample.timestamp);
        } finally {
          sample.close();
        }
        opening.onProgress(pictures.length / stats.packetCount);
      }
      if (pictures.length === 0) throw new Error("the file has no frames.");
      return new DecodedClip(fps, size.width, size.height, pictures, timestamps, sink, input);
    } catch (error) {
      close(pictures);
      input.dispose();
      throw error;
    }
  }

  follow(): void {}

  picture(frame: number): Picture | undefined {
    const straight = this.pictures[frame];
    if (straight?.frame === frame) return straight;
    return this.pictures.findLast((one) => one.frame <= frame) ?? this.pictures[0];
  }

  sharp(frame: number): Promise<Picture | undefined> {
    const shown = this.picture(frame);
    if ((shown?.image as ImageBitmap | undefined)?.width === this.width) {
      return Promise.resolve(shown);
    }
    const known = this.#sharp.get(frame);
    if (known) return known;
    const asked = this.#decode(frame);
    this.#sharp.set(frame, asked);
    const [oldest] = this.#sharp.keys();
    if (this.#sharp.size > SHARP_KEPT && oldest !== undefined) {
      const dropped = this.#sharp.get(oldest);
      this.#sharp.delete(oldest);
      void dropped?.then((picture) => picture && close([picture]));
    }
    return asked;
  }

  async #decode(frame: number): Promise<Picture | undefined> {
    const at = this.timestamps[this.pictures.findIndex((one) => one.frame === frame)];
    if (at === undefined || this.#closed) return undefined;
    const sample = await this.sink.getSample(at);
    if (!sample) return undefined;
    const image = await bitmap(sample, this.width);
    sample.close();
    const picture = { image, frame, width: this.width, height: this.height };
    if (!this.#closed) return picture;
    close([picture]);
    return undefined;
  }

  dispose(): void {
    if (this.#closed) return;
    this.#closed = true;
    close(this.pictures);
    for (const asked of this.#sharp.values()) {
      void asked.then(
        (picture) => picture && close([picture]),
        () => {},
      );
    }
    this.input.dispose();
  }
}

type Sample = { toVideoFrame(): VideoFrame; displayWidth: number; displayHeight: number };

async function bitmap(sample: Sample, width: number): Promise<ImageBitmap> {
  const frame = sample.toVideoFrame();
  try {
    if (width >= sample.displayWidth) return await createImageBitmap(frame);
    return await createImageBitmap(frame, {
      resizeWidth: width,
      resizeHeight: Math.round((width * sample.displayHeight) / sample.displayWidth),
      resizeQuality: "medium",
    });
  } finally {
    frame.close();
  }
}

function close(pictures: readonly Picture[]): void {
  for (const { image } of pictures) if (image instanceof ImageBitmap) image.close();
}
