import { type Shortcut, useShortcuts } from "@/app/shortcuts";
import type { Arrangement, Arranging } from "./arrangement";
import type { Layout } from "./compare-search";
import { moved, WHOLE, zoomed } from "./view";

const ZOOM_STEP = 1.25;
/** Parts of what is seen. */
const PAN_STEP = 0.1;

interface Keys extends Arrangement, Arranging {
  onFlipTo: (position: number) => void;
}

const BY_LETTER: Record<string, Layout> = {
  g: "grid",
  f: "flip",
  w: "wipe",
  d: "difference",
  o: "overlay",
};

/** The comparison without a mouse. */
export function useCompareKeys(keys: Keys): void {
  const { player, shots, layout, pair } = keys;
  const pan = (x: number, y: number) => {
    const { view } = player.state;
    player.setView(moved(view, x / view.scale, y / view.scale));
  };
  const step = (by: -1 | 1) => (event: KeyboardEvent) => {
    if (event.shiftKey && event.key.startsWith("Arrow")) pan(by * PAN_STEP, 0);
    else player.tell((clock) => clock.step(by));
  };
  const pick = ({ key }: KeyboardEvent) => {
    const position = Number(key) - 1;
    if (position >= shots.length || shots.length < 2) return;
    if (layout === "grid" || layout === "flip") keys.onFlipTo(position);
    else if (position !== pair.first) keys.onPair({ ...pair, second: position });
  };
  const zoom = (factor: number) => () => player.setView(zoomed(player.state.view, factor));

  const shortcuts: Shortcut[] = [
    {
      keys: " ",
      does: "Play or pause",
      run: () => player.tell((clock) => (clock.playing ? clock.pause() : clock.play())),
    },
    { keys: [",", "ArrowLeft"], does: "One frame back", run: step(-1) },
    { keys: [".", "ArrowRight"], does: "One frame on", run: step(1) },
    { keys: "Home", does: "First frame", run: () => player.tell((clock) => clock.seek(0)) },
    {
      keys: "End",
      does: "Last frame",
      run: () => player.tell((clock) => clock.seek(clock.ticks - 1)),
    },
    { keys: "[", does: "Slower", run: () => player.tell((clock) => clock.changeSpeed(-1)) },
    { keys: "]", does: "Faster", run: () => player.tell((clock) => clock.changeSpeed(1)) },
    {
      keys: "l",
      does: "Loop or stop at the end",
      run: () => player.tell((clock) => clock.setLoops(!clock.loops)),
    },
    {
      keys: Object.keys(BY_LETTER),
      does: "Grid, flip, wipe, difference, overlay",
      run: ({ key }) => {
        const to = BY_LETTER[key];
        if (to && (to === "grid" || shots.length > 1)) keys.onLayout(to);
      },
    },
    {
      keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
      does: "Flip to a clip, or set it against the first",
      run: pick,
    },
    {
      keys: "x",
      does: "Change the places of the two clips",
      run: () => keys.onPair({ first: pair.second, second: pair.first }),
    },
    { keys: ["+", "="], does: "Zoom in", run: zoom(ZOOM_STEP) },
    { keys: "-", does: "Zoom out", run: zoom(1 / ZOOM_STEP) },
    { keys: "0", does: "Show the whole picture", run: () => player.setView(WHOLE) },
    { keys: "z", does: "Loupe", run: keys.onLoupe },
  ];
  useShortcuts("Compare", shortcuts);
}
