import {
  ArrowLeftRight,
  Blend,
  Contrast,
  Layers,
  LayoutGrid,
  Minimize2,
  Search,
  SquareSplitHorizontal,
} from "lucide-react";
import type { Shot } from "@/api/types";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import type { Arrangement, Arranging } from "./arrangement";
import { LAYOUTS, type Layout } from "./compare-search";
import style from "./LayoutBar.module.css";
import { GAINS, type Gain } from "./paint";
import type { Player } from "./player";
import { shotName } from "./shot-clip";
import { usePlayerState } from "./use-player";
import { WHOLE } from "./view";

const LOOKS: Record<Layout, { name: string; key: string; icon: typeof Layers }> = {
  grid: { name: "Grid", key: "g", icon: LayoutGrid },
  flip: { name: "Flip", key: "f", icon: Layers },
  wipe: { name: "Wipe", key: "w", icon: SquareSplitHorizontal },
  difference: { name: "Difference", key: "d", icon: Contrast },
  overlay: { name: "Overlay", key: "o", icon: Blend },
};

interface LayoutBarProps extends Arrangement, Arranging {
  onGain: (gain: Gain) => void;
  onOpacity: (opacity: number) => void;
  loupe: boolean;
}

/** How the clips are set against each other, and what that way can be told. */
export function LayoutBar(props: LayoutBarProps) {
  const { shots, layout, onLayout, pair, onPair, loupe, onLoupe } = props;
  const isPair = layout !== "grid" && layout !== "flip";
  return (
    <div className={style.bar}>
      <fieldset className={style.layouts}>
        <legend className="visually-hidden">Layout</legend>
        {LAYOUTS.map((one) => {
          const { name, key, icon: Icon } = LOOKS[one];
          return (
            <Button
              key={one}
              look="quiet"
              size="s"
              aria-pressed={layout === one}
              aria-label={name}
              title={`${name} (${key})`}
              disabled={one !== "grid" && shots.length < 2}
              onClick={() => onLayout(one)}
            >
              <Icon aria-hidden />
              <span>{name}</span>
            </Button>
          );
        })}
      </fieldset>
      <Button
        look="quiet"
        size="s"
        aria-pressed={loupe}
        aria-label="Loupe"
        title="Loupe (z)"
        onClick={onLoupe}
      >
        <Search aria-hidden />
        <span className={style.long}>Loupe</span>
      </Button>
      <Zoom player={props.player} />
      <div className={style.options}>
        {layout === "flip" && (
          <fieldset className={style.layouts}>
            <legend className="visually-hidden">Clip that is shown</legend>
            {shots.map((shot, position) => (
              <Button
                key={shot.id}
                look="quiet"
                size="s"
                aria-pressed={pair.first === position}
                aria-label={`Show ${shotName(shot)}`}
                title={`${shotName(shot)} (${position + 1})`}
                onClick={() => onPair({ ...pair, first: position })}
              >
                {position + 1}
              </Button>
            ))}
          </fieldset>
        )}
        {isPair && (
          <>
            <Chooser
              label="First clip"
              shots={shots}
              value={pair.first}
              onChange={(first) => onPair({ ...pair, first })}
            />
            <IconButton
              icon={ArrowLeftRight}
              size="s"
              label="Change places"
              title="Change places (x)"
              onClick={() => onPair({ first: pair.second, second: pair.first })}
            />
            <Chooser
              label="Second clip"
              shots={shots}
              value={pair.second}
              onChange={(second) => onPair({ ...pair, second })}
            />
          </>
        )}
        {layout === "difference" && (
          <label className={style.option}>
            Gain
            <select
              value={props.gain}
              onChange={({ target }) => props.onGain(Number(target.value) as Gain)}
            >
              {GAINS.map((gain) => (
                <option key={gain} value={gain}>
                  {gain}×
                </option>
              ))}
            </select>
          </label>
        )}
        {layout === "overlay" && (
          <label className={style.option}>
            Opacity
            <input
              type="range"
              min={0}
              max={1}
              step={0.05}
              value={props.opacity}
              onChange={({ target }) => props.onOpacity(Number(target.value))}
            />
          </label>
        )}
      </div>
    </div>
  );
}

/** How near one is, and the way back. */
function Zoom({ player }: { player: Player }) {
  const scale = usePlayerState(player, ({ view }) => view.scale);
  if (scale === 1) return null;
  return (
    <Button
      look="quiet"
      size="s"
      title="Show the whole picture (0)"
      onClick={() => player.setView(WHOLE)}
    >
      <Minimize2 aria-hidden />
      <span className="number">{scale.toFixed(1)}×</span>
    </Button>
  );
}

interface ChooserProps {
  label: string;
  shots: Shot[];
  value: number;
  onChange: (position: number) => void;
}

function Chooser({ label, shots, value, onChange }: ChooserProps) {
  return (
    <select
      className={style.chooser}
      aria-label={label}
      value={value}
      onChange={({ target }) => onChange(Number(target.value))}
    >
      {shots.map((shot, position) => (
        <option key={shot.id} value={position}>
          {position + 1} {shotName(shot)}
        </option>
      ))}
    </select>
  );
}
