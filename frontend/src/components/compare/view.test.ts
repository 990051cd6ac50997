import { expect, test } from "vitest";
import { MOST_ZOOM, moved, place, pointAt, WHOLE, zoomed } from "./view";

const box = { left: 0, top: 0, width: 200, height: 200 };
const wide = { width: 832, height: 480 };

test("the whole picture fits, with room above and below where the box is higher", () => {
  const placed = place(wide, box, WHOLE);
  expect(placed.left).toBe(0);
  expect(placed.width).toBe(200);
  expect(placed.top).toBeCloseTo((200 - (200 * 480) / 832) / 2);
});

test("zooming keeps the point under the pointer where it is", () => {
  const pointer = { x: 150, y: 90 };
  const before = pointAt(pointer, wide, box, WHOLE);
  const view = zoomed(WHOLE, 3, before);
  const after = pointAt(pointer, wide, box, view);
  expect(after.x).toBeCloseTo(before.x);
  expect(after.y).toBeCloseTo(before.y);
});

test("zooming out again ends with the whole picture", () => {
  const view = zoomed(zoomed(WHOLE, 5, { x: 0.9, y: 0.1 }), 1 / 100, { x: 0.2, y: 0.2 });
  expect(view).toEqual(WHOLE);
  expect(zoomed(WHOLE, 1000).scale).toBe(MOST_ZOOM);
});

test("one cannot pan beyond the picture", () => {
  expect(moved(WHOLE, 0.4, 0)).toEqual(WHOLE);
  expect(moved({ scale: 2, x: 0.5, y: 0.5 }, 9, -9)).toEqual({ scale: 2, x: 0.75, y: 0.25 });
});

test("the same view shows the same part of clips of different sizes", () => {
  const view = zoomed(WHOLE, 4, { x: 0.7, y: 0.3 });
  const small = { width: 416, height: 240 };
  const point = { x: 33, y: 120 };
  expect(pointAt(point, wide, box, view)).toEqual(pointAt(point, small, box, view));
});
