import { type RefObject, useEffect, useRef } from "react";
import type { Player } from "./player";
import { type Box, moved, place, pointAt, type Size, WHOLE, zoomed } from "./view";

const WHEEL_SPEED = 0.0022;

/**
 * Wheel and pinch zoom, dragging pans, a double click shows the whole picture again, and the loupe
 * follows the pointer: in this cell, and so in all of them.
 */
export function useZoom(ref: RefObject<HTMLElement | null>, player: Player, picture: Size): void {
  const size = useRef(picture);
  size.current = picture;
  useEffect(() => {
    const cell = ref.current;
    if (!cell) return;
    const pointers = new Map<number, { x: number; y: number }>();
    const box = (): Box => ({
      left: 0,
      top: 0,
      width: cell.clientWidth,
      height: cell.clientHeight,
    });
    const inCell = ({ clientX, clientY }: { clientX: number; clientY: number }) => {
      const { left, top } = cell.getBoundingClientRect();
      return { x: clientX - left, y: clientY - top };
    };
    const pointed = (point: { x: number; y: number }) =>
      pointAt(point, size.current, box(), player.state.view);

    const onWheel = (event: WheelEvent) => {
      const { view } = player.state;
      // While the whole picture is seen, the page scrolls as pages do.
      const isScrolling = view.scale === 1 && (event.deltaY > 0 || window.scrollY > 0);
      if (isScrolling && !event.ctrlKey) return;
      event.preventDefault();
      const speed = WHEEL_SPEED * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1);
      const factor = Math.exp(-event.deltaY * speed * (event.ctrlKey ? 4 : 1));
      player.setView(zoomed(view, factor, pointed(inCell(event))));
    };
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0) return;
      pointers.set(event.pointerId, inCell(event));
      if (player.state.view.scale > 1) cell.setPointerCapture(event.pointerId);
    };
    const onMove = (event: PointerEvent) => {
      const now = inCell(event);
      const before = pointers.get(event.pointerId);
      if (player.state.loupe) player.setLoupe(pointed(now));
      if (!before) return;
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      const { view } = player.state;
      if (other) {
        const far = (point: typeof now) => Math.hypot(point.x - other.x, point.y - other.y);
        const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
        player.setView(zoomed(view, far(now) / Math.max(1, far(before)), pointed(middle)));
      } else if (view.scale > 1) {
        const { width, height } = place(size.current, box(), view);
        player.setView(moved(view, (before.x - now.x) / width, (before.y - now.y) / height));
      }
      pointers.set(event.pointerId, now);
    };
    const onUp = ({ pointerId }: PointerEvent) => pointers.delete(pointerId);
    // Two fingers never scroll the page, in whichever direction they go apart.
    const onTouch = (event: TouchEvent) => {
      if (event.touches.length > 1) event.preventDefault();
    };
    const onDouble = () => player.setView(WHOLE);

    cell.addEventListener("wheel", onWheel, { passive: false });
    cell.addEventListener("pointerdown", onDown);
    cell.addEventListener("pointermove", onMove);
    cell.addEventListener("pointerup", onUp);
    cell.addEventListener("pointercancel", onUp);
    cell.addEventListener("touchmove", onTouch, { passive: false });
    cell.addEventListener("dblclick", onDouble);
    return () => {
      cell.removeEventListener("wheel", onWheel);
      cell.removeEventListener("pointerdown", onDown);
      cell.removeEventListener("pointermove", onMove);
      cell.removeEventListener("pointerup", onUp);
      cell.removeEventListener("pointercancel", onUp);
      cell.removeEventListener("touchmove", onTouch);
      cell.removeEventListener("dblclick", onDouble);
    };
  }, [ref, player]);
}
