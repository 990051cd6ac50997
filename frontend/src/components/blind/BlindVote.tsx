import { ArrowLeft, ArrowRight } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { mediaUrl } from "@/api/client";
import type { BlindClip, BlindPair, Winner } from "@/api/types";
import { type Shortcut, useShortcuts } from "@/app/shortcuts";
import { ClipLoader } from "@/components/compare/ClipLoader";
import { decodeWidth } from "@/components/compare/decode-size";
import { grid } from "@/components/compare/grid";
import { single } from "@/components/compare/paint";
import { Screen } from "@/components/compare/Screen";
import type { Seen } from "@/components/compare/shot-clip";
import { Transport } from "@/components/compare/Transport";
import { usePlayer, usePlayerState } from "@/components/compare/use-player";
import { useSize } from "@/components/compare/use-size";
import { useStageHeight } from "@/components/compare/use-stage-height";
import { useStart } from "@/components/compare/use-start";
import { Button } from "@/ui/Button";
import style from "./BlindVote.module.css";

const GAP = 12;
/** Of the votes under the clips. */
const UNDER = 56;
const SIDES = ["Left", "Right"] as const;
/** Where there is no room for two beside one another. */
const STACKED = ["Upper", "Lower"] as const;
const WIDE = 16 / 9;

interface BlindVoteProps {
  pair: BlindPair;
  busy: boolean;
  onVote: (winner: Winner) => void;
  onSkip: () => void;
}

/** Two clips of which nothing is told, frame-locked: which is better? */
export function BlindVote({ pair, busy, onVote, onSkip }: BlindVoteProps) {
  const player = usePlayer();
  const room = useRef<HTMLDivElement>(null);
  const { width } = useSize(room);
  const height = useStageHeight();
  const clips = useMemo(() => [asSeen(pair.left, 0), asSeen(pair.right, 1)], [pair]);
  const [ratio, setRatio] = useState(WIDE);
  const cells = grid(2, ratio, { width, height }, GAP, UNDER);
  const decoded = width && decodeWidth(cells.width * devicePixelRatio, []);

  useEffect(() => player.setClips(clips), [player, clips]);
  const started = useStart(player, clips);
  const shape = usePlayerState(player, () => player.ratio(0));
  useEffect(() => {
    if (shape) setRatio(shape);
  }, [shape]);

  const isStacked = cells.columns === 1;
  const may = started && !busy;
  useShortcuts("Blind comparison", keys({ player, may, onVote, onSkip }));
  return (
    <div className={style.vote}>
      {clips.map((clip) => (
        <ClipLoader key={clip.url} player={player} clip={clip} width={decoded || 0} />
      ))}
      <div ref={room}>
        <div
          className={style.cells}
          style={{ gridTemplateColumns: `repeat(${cells.columns}, ${cells.width}px)` }}
        >
          {width > 0 &&
            clips.map((clip, side) => (
              <div key={clip.url} className={style.cell}>
                <Screen
                  player={player}
                  clips={[clip]}
                  ratio={ratio}
                  paint={single}
                  label={clip.name}
                />
                <Button disabled={!may} onClick={() => onVote(side === 0 ? "left" : "right")}>
                  {side === 0 && !isStacked && <ArrowLeft aria-hidden />}
                  {(isStacked ? STACKED : SIDES)[side]} is better
                  {side === 1 && !isStacked && <ArrowRight aria-hidden />}
                </Button>
              </div>
            ))}
        </div>
      </div>
      <div className={style.neither}>
        <Button look="quiet" disabled={!may} onClick={() => onVote("tie")} title="Equally good (↓)">
          Equally good
        </Button>
        <Button look="quiet" disabled={busy} onClick={onSkip} title="Skip (s)">
          Skip
        </Button>
      </div>
      <Transport player={player} />
    </div>
  );
}

function asSeen({ video, poster }: BlindClip, side: number): Seen {
  return {
    id: side,
    name: `${SIDES[side]} clip`,
    url: mediaUrl(video),
    poster: mediaUrl(poster),
    facts: undefined,
  };
}

interface Keys extends Pick<BlindVoteProps, "onVote" | "onSkip"> {
  player: ReturnType<typeof usePlayer>;
  may: boolean;
}

function keys({ player, may, onVote, onSkip }: Keys): Shortcut[] {
  const says = (winner: Winner) => () => {
    if (may) onVote(winner);
  };
  return [
    { keys: "ArrowLeft", does: "The left one is better", run: says("left") },
    { keys: "ArrowRight", does: "The right one is better", run: says("right") },
    { keys: "ArrowDown", does: "They are equally good", run: says("tie") },
    { keys: "s", does: "Skip", run: onSkip },
    {
      keys: " ",
      does: "Play or pause",
      run: () => player.tell((clock) => (clock.playing ? clock.pause() : clock.play())),
    },
    { keys: ",", does: "One frame back", run: () => player.tell((clock) => clock.step(-1)) },
    { keys: ".", does: "One frame on", run: () => player.tell((clock) => clock.step(1)) },
  ];
}
