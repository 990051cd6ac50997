import {
  ChevronFirst,
  ChevronLast,
  Pause,
  Play,
  Repeat,
  StepBack,
  StepForward,
} from "lucide-react";
import { IconButton } from "@/ui/IconButton";
import { type LoopOver, SPEEDS, type Speed } from "./clock";
import type { Player } from "./player";
import { SyncNote } from "./SyncNote";
import style from "./Transport.module.css";
import { usePlayerState } from "./use-player";

/** Playing, stepping and scrubbing: one clock for all clips. */
export function Transport({ player }: { player: Player }) {
  return (
    <div className={style.transport}>
      <Scrubber player={player} />
      <div className={style.row}>
        <Steps player={player} />
        <Frame player={player} />
        <Pace player={player} />
        <SyncNote player={player} />
      </div>
    </div>
  );
}

function Scrubber({ player }: { player: Player }) {
  const tick = usePlayerState(player, (state) => state.tick);
  const ticks = usePlayerState(player, (state) => state.ticks);
  const passed = ticks > 1 ? (tick / (ticks - 1)) * 100 : 0;
  return (
    <input
      className={style.scrubber}
      style={{ "--passed": `${passed}%` } as React.CSSProperties}
      type="range"
      aria-label="Frame"
      aria-valuetext={`Frame ${tick + 1} of ${ticks}`}
      min={0}
      max={ticks - 1}
      value={tick}
      onChange={({ target }) =>
        player.tell((clock) => {
          clock.pause();
          clock.seek(Number(target.value));
        })
      }
    />
  );
}

function Steps({ player }: { player: Player }) {
  const playing = usePlayerState(player, (state) => state.playing);
  const loops = usePlayerState(player, (state) => state.loops);
  return (
    <div className={style.steps}>
      <IconButton
        icon={ChevronFirst}
        label="First frame"
        title="First frame (Home)"
        onClick={() => player.tell((clock) => clock.seek(0))}
      />
      <IconButton
        icon={StepBack}
        label="One frame back"
        title="One frame back (,)"
        onClick={() => player.tell((clock) => clock.step(-1))}
      />
      <IconButton
        icon={playing ? Pause : Play}
        look="primary"
        label={playing ? "Pause" : "Play"}
        title={`${playing ? "Pause" : "Play"} (Space)`}
        onClick={() => player.tell((clock) => (playing ? clock.pause() : clock.play()))}
      />
      <IconButton
        icon={StepForward}
        label="One frame on"
        title="One frame on (.)"
        onClick={() => player.tell((clock) => clock.step(1))}
      />
      <IconButton
        icon={ChevronLast}
        label="Last frame"
        title="Last frame (End)"
        onClick={() => player.tell((clock) => clock.seek(clock.ticks - 1))}
      />
      <IconButton
        icon={Repeat}
        label="Loop"
        title="Loop (l)"
        aria-pressed={loops}
        onClick={() => player.tell((clock) => clock.setLoops(!loops))}
      />
    </div>
  );
}

function Frame({ player }: { player: Player }) {
  const tick = usePlayerState(player, (state) => state.tick);
  const ticks = usePlayerState(player, (state) => state.ticks);
  const fps = usePlayerState(player, (state) => state.fps);
  return (
    <p className={`${style.frame} number`}>
      <strong>{tick + 1}</strong> / {ticks}
      <span> {(tick / fps).toFixed(2)} s</span>
    </p>
  );
}

function Pace({ player }: { player: Player }) {
  const speed = usePlayerState(player, (state) => state.speed);
  const over = usePlayerState(player, (state) => state.over);
  const mixed = usePlayerState(player, (state) => state.mixed);
  return (
    <div className={style.pace}>
      <select
        aria-label="Speed"
        title="Speed ([ and ])"
        value={speed}
        onChange={({ target }) =>
          player.tell((clock) => clock.setSpeed(Number(target.value) as Speed))
        }
      >
        {SPEEDS.map((one) => (
          <option key={one} value={one}>
            {one}×
          </option>
        ))}
      </select>
      {mixed && (
        <select
          aria-label="How far it plays"
          title="Clips differ in length; a shorter one holds its last frame"
          value={over}
          onChange={({ target }) => player.tell((clock) => clock.setOver(target.value as LoopOver))}
        >
          <option value="longest">to the longest</option>
          <option value="shortest">to the shortest</option>
        </select>
      )}
    </div>
  );
}
