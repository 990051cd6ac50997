import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { Arrangement } from "./arrangement";
import { Caption } from "./Caption";
import type { Layout } from "./compare-search";
import { grid } from "./grid";
import { difference, overlay, single, wipe } from "./paint";
import { Screen } from "./Screen";
import style from "./Stage.module.css";
import { seen, shotName, sizeOf } from "./shot-clip";
import { useSize } from "./use-size";
import { WipeDivider } from "./WipeDivider";

/** Pixels: the gap of tokens.css that the grid uses, and a caption. */
const GAP = 12;
const CAPTION = 32;

interface StageProps extends Arrangement {
  /** Pixels it may be high. */
  height: number;
  /** How wide a cell's picture is, in pixels of the screen. */
  onCellWidth: (pixels: number) => void;
  onRemove: (id: number) => void;
}

/** Where the clips are seen. */
export function Stage(props: StageProps) {
  const { player, shots, layout, pair, height, onCellWidth, onRemove } = props;
  const room = useRef<HTMLDivElement>(null);
  const { width } = useSize(room);
  const [edge, setEdge] = useState(0.5);
  const size = sizeOf(shots[0] && seen(shots[0]));
  const shown = layout === "grid" ? shots.length : 1;
  const cells = grid(shown, size.width / size.height, { width, height }, GAP, CAPTION);
  const cellPixels = width === 0 ? 0 : Math.round(cells.width * devicePixelRatio);
  useEffect(() => onCellWidth(cellPixels), [cellPixels, onCellWidth]);

  const paint = usePaint(props);
  const columns = { gridTemplateColumns: `repeat(${cells.columns}, ${cells.width}px)` };
  const caption = (position: number) => {
    const shot = shots[position];
    return (
      shot && (
        <Caption
          player={player}
          shot={shot}
          position={position + 1}
          onRemove={layout === "grid" ? () => onRemove(shot.id) : undefined}
        />
      )
    );
  };

  let content: ReactNode;
  if (layout === "grid") {
    content = shots.map((shot, position) => (
      <div key={shot.id} className={style.cell}>
        <Screen player={player} clips={[seen(shot)]} paint={single} label={shotName(shot)} />
        {caption(position)}
      </div>
    ));
  } else {
    const positions = layout === "flip" ? [pair.first] : [pair.first, pair.second];
    const set = positions.flatMap((position) => shots[position] ?? []);
    content = (
      <div className={style.cell}>
        <Screen
          player={player}
          clips={set.map(seen)}
          paint={paint}
          edge={edge}
          label={`${LABELS[layout]}: ${set.map(shotName).join(" and ")}`}
        >
          {layout === "wipe" && <WipeDivider edge={edge} onMove={setEdge} />}
        </Screen>
        <div className={style.captions}>
          {positions.map((at) => (
            <div key={at}>{caption(at)}</div>
          ))}
        </div>
      </div>
    );
  }
  return (
    <div ref={room} className={style.room}>
      <div className={style.cells} style={columns}>
        {width > 0 && content}
      </div>
    </div>
  );
}

const LABELS: Record<Exclude<Layout, "grid">, string> = {
  flip: "One in the place of another",
  wipe: "Wipe between",
  difference: "Difference between",
  overlay: "One over the other",
};

function usePaint({ layout, gain, opacity }: StageProps) {
  return useMemo(() => {
    if (layout === "wipe") return wipe;
    if (layout === "difference") return difference(gain);
    if (layout === "overlay") return overlay(opacity);
    return single;
  }, [layout, gain, opacity]);
}
