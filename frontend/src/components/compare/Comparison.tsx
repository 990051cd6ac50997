import { useCallback, useEffect, useState } from "react";
import type { Shot } from "@/api/types";
import type { Arrangement, Arranging, Pair } from "./arrangement";
import { ClipLoader } from "./ClipLoader";
import style from "./Comparison.module.css";
import type { CompareSearch } from "./compare-search";
import { decodeWidth } from "./decode-size";
import { LayoutBar } from "./LayoutBar";
import { ParameterTable } from "./ParameterTable";
import type { Gain } from "./paint";
import type { Player } from "./player";
import { Stage } from "./Stage";
import { seen } from "./shot-clip";
import { Transport } from "./Transport";
import { useCompareKeys } from "./use-compare-keys";
import { useFrameInAddress } from "./use-frame-in-address";
import { useStageHeight } from "./use-stage-height";
import { useStart } from "./use-start";

/** What in the address changes: what is left out stays as it is. */
export type Change = Partial<CompareSearch>;

interface ComparisonProps {
  player: Player;
  shots: Shot[];
  search: CompareSearch;
  onSearch: (change: Change) => void;
}

/** Clips of test shots, frame by frame beside one another, and what made them different. */
export function Comparison({ player, shots, search, onSearch }: ComparisonProps) {
  const [gain, setGain] = useState<Gain>(4);
  const [opacity, setOpacity] = useState(0.5);
  const [hasLoupe, setLoupe] = useState(false);
  const [width, setWidth] = useState(0);
  const height = useStageHeight();
  const layout = shots.length < 2 ? "grid" : (search.layout ?? "grid");
  const pair = pairOf(search, shots.length);

  // Only ever wider: going back to the grid must not decode again.
  const onCellWidth = useCallback((pixels: number) => {
    setWidth((before) => Math.max(before, pixels));
  }, []);
  const sizes = shots.flatMap(({ clip }) => (clip ? [clip] : []));
  const decoded = width === 0 ? 0 : decodeWidth(width, sizes);

  useEffect(() => {
    player.setClips(shots.map(({ id, clip }) => ({ id, facts: clip ?? undefined })));
  }, [player, shots]);
  const started = useStart(player, shots.map(seen), search.frame);
  useFrameInAddress(player, started, search.frame, onSearch);

  const toggleLoupe = () => {
    player.setLoupe(hasLoupe ? undefined : { x: 0.5, y: 0.5 });
    setLoupe(!hasLoupe);
  };
  const arrangement: Arrangement = { player, shots, layout, pair, gain, opacity };
  const arranging: Arranging = {
    onLayout: (to) => onSearch({ layout: to }),
    onPair: ({ first, second }) => onSearch({ first: first + 1, second: second + 1 }),
    onLoupe: toggleLoupe,
  };
  useCompareKeys({
    ...arrangement,
    ...arranging,
    onFlipTo: (position) => onSearch({ layout: "flip", first: position + 1 }),
  });

  return (
    <div className={style.comparison}>
      {shots.map((shot) => (
        <ClipLoader key={shot.id} player={player} clip={seen(shot)} width={decoded} />
      ))}
      <LayoutBar
        {...arrangement}
        {...arranging}
        onGain={setGain}
        onOpacity={setOpacity}
        loupe={hasLoupe}
      />
      <Stage
        {...arrangement}
        height={height}
        onCellWidth={onCellWidth}
        onRemove={(id) => onSearch({ shots: search.shots.filter((one) => one !== id) })}
      />
      <Transport player={player} />
      <ParameterTable shots={shots} />
    </div>
  );
}

/** From 0, and always two different clips that are there. */
function pairOf({ first = 1, second = 2 }: CompareSearch, clips: number): Pair {
  const inRange = (position: number) => Math.min(Math.max(0, clips - 1), position - 1);
  const left = inRange(first);
  const right = inRange(second);
  return { first: left, second: right === left ? (left + 1) % Math.max(1, clips) : right };
}
