/** Which part of the picture is seen: the same part in every cell, whatever size its clip has. */

export interface View {
  /** 1 shows the whole picture. */
  scale: number;
  /** The point of the picture in the middle of the cell, 0..1. */
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Box extends Size {
  left: number;
  top: number;
}

export const WHOLE: View = { scale: 1, x: 0.5, y: 0.5 };
export const MOST_ZOOM = 32;

/** Where the whole picture lies when it just fits into a box. */
export function contained(picture: Size, box: Box): Box {
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return {
    width,
    height,
    left: box.left + (box.width - width) / 2,
    top: box.top + (box.height - height) / 2,
  };
}

/** Where the whole picture lies under a view; much of it may be outside the box. */
export function place(picture: Size, box: Box, view: View): Box {
  const { width, height } = contained(picture, box);
  return {
    width: width * view.scale,
    height: height * view.scale,
    left: box.left + box.width / 2 - view.x * width * view.scale,
    top: box.top + box.height / 2 - view.y * height * view.scale,
  };
}

/** The point of the picture (0..1) under a point of the box. */
export function pointAt(
  point: { x: number; y: number },
  picture: Size,
  box: Box,
  view: View,
): { x: number; y: number } {
  const placed = place(picture, box, view);
  return { x: (point.x - placed.left) / placed.width, y: (point.y - placed.top) / placed.height };
}

/** Zoomed by a factor, so that this point of the picture stays where it is. */
export function zoomed(view: View, factor: number, at: { x: number; y: number } = view): View {
  const scale = Math.max(1, Math.min(MOST_ZOOM, view.scale * factor));
  const kept = view.scale / scale;
  return kept === 1
    ? view
    : within({ scale, x: at.x + (view.x - at.x) * kept, y: at.y + (view.y - at.y) * kept });
}

/** Moved by parts of the picture. */
export function moved(view: View, x: number, y: number): View {
  return within({ scale: view.scale, x: view.x + x, y: view.y + y });
}

/** No cell shows what lies beside the picture. */
function within({ scale, x, y }: View): View {
  const half = 0.5 / scale;
  const clamp = (value: number) => Math.max(half, Math.min(1 - half, value));
  return { scale, x: clamp(x), y: clamp(y) };
}
