/** How the pictures of one moment become one canvas: one of them, or two against each other. */

import type { Picture } from "./footage";
import { type Box, place, type View } from "./view";

type Canvas = CanvasRenderingContext2D;

/**
 * Paints pictures into a box of a canvas.
 *
 * `edge` is where a wipe's divider is, in the canvas's pixels.
 */
export type Paint = (
  to: Canvas,
  pictures: readonly Picture[],
  box: Box,
  view: View,
  edge: number,
) => void;

/** From so many canvas pixels for one of the clip, pixels are squares, not smoothed. */
const PIXELATED_FROM = 3;

function draw(to: Canvas, picture: Picture, box: Box, view: View): void {
  const { left, top, width, height } = place(picture, box, view);
  to.imageSmoothingEnabled = width / picture.width < PIXELATED_FROM;
  to.drawImage(picture.image, left, top, width, height);
}

function within(to: Canvas, box: Box, paint: () => void): void {
  to.save();
  to.beginPath();
  to.rect(box.left, box.top, box.width, box.height);
  to.clip();
  paint();
  to.restore();
}

export const single: Paint = (to, [picture], box, view) => {
  if (picture) draw(to, picture, box, view);
};

/** The first to the left of the edge, the second to the right of it. */
export const wipe: Paint = (to, [first, second], box, view, edge) => {
  if (!first || !second) return;
  draw(to, first, box, view);
  const right = { ...box, left: edge, width: box.left + box.width - edge };
  if (right.width <= 0) return;
  within(to, right, () => {
    to.clearRect(right.left, right.top, right.width, right.height);
    draw(to, second, box, view);
  });
};

/** The second over the first. */
export function overlay(opacity: number): Paint {
  return (to, [first, second], box, view) => {
    if (!first || !second) return;
    draw(to, first, box, view);
    to.globalAlpha = opacity;
    draw(to, second, box, view);
    to.globalAlpha = 1;
  };
}

export const GAINS = [1, 2, 4, 8, 16, 32] as const;
export type Gain = (typeof GAINS)[number];

/**
 * |first - second| for each channel, times the gain: black where they are the same.
 *
 * Pixel by pixel, and only then scaled to the cell: browsers resample a picture that is blended in
 * another way than one that is copied, so identical clips would differ along their edges.
 */
export function difference(gain: Gain): Paint {
  const scratch = document.createElement("canvas");
  return (to, [first, second], box, view) => {
    const on = scratch.getContext("2d");
    if (!first || !second || !on) return;
    const { width, height } = pixelsOf(first);
    scratch.width = width; // Which also clears it.
    scratch.height = height;
    on.drawImage(first.image, 0, 0, width, height);
    on.globalCompositeOperation = "difference";
    on.drawImage(second.image, 0, 0, width, height);
    // Adding the canvas to itself doubles it: the gain without reading a pixel back.
    on.globalCompositeOperation = "lighter";
    for (let doubled = 1; doubled < gain; doubled *= 2) on.drawImage(scratch, 0, 0);
    draw(to, { ...first, image: scratch }, box, view);
  };
}

/** Of the image itself, which may have been decoded smaller than the clip. */
function pixelsOf({ image, width, height }: Picture): { width: number; height: number } {
  return image instanceof ImageBitmap ? image : { width, height };
}

/** CSS pixels. */
const LOUPE_SIZE = 192;
const LOUPE_PIXEL = 4;

/** The same point of the picture, with the clip's pixels large, over what was painted. */
export function paintLoupe(
  to: Canvas,
  paint: Paint,
  pictures: readonly Picture[],
  box: Box,
  view: View,
  edge: number,
  at: { x: number; y: number },
  pixelRatio: number,
): void {
  const [picture] = pictures;
  if (!picture) return;
  const placed = place(picture, box, view);
  const centre = {
    x: placed.left + at.x * placed.width,
    y: placed.top + at.y * placed.height,
  };
  const size = Math.min(LOUPE_SIZE * pixelRatio, box.width * 0.6, box.height * 0.8);
  const clamp = (value: number, most: number) => Math.max(0, Math.min(most - size, value));
  const lens = {
    left: clamp(centre.x - size / 2, box.width),
    top: clamp(centre.y - size / 2, box.height),
    width: size,
    height: size,
  };
  const fitted = Math.min(size / picture.width, size / picture.height);
  const scale = (LOUPE_PIXEL * pixelRatio) / fitted;
  const magnified = (scale * fitted * picture.width) / placed.width;
  within(to, lens, () => {
    to.fillStyle = "#000";
    to.fillRect(lens.left, lens.top, size, size);
    const lensEdge = lens.left + size / 2 + (edge - centre.x) * magnified;
    const start = Math.max(lens.left, Math.min(lens.left + size, lensEdge));
    paint(to, pictures, lens, { scale, ...at }, start);
  });
  to.lineWidth = 2 * pixelRatio;
  to.strokeStyle = "#fffc";
  to.strokeRect(lens.left, lens.top, size, size);
}
