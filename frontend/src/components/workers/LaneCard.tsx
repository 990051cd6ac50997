import { Pause, Play } from "lucide-react";
import { useState } from "react";
import type { LaneState } from "@/api/types";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";
import { ago } from "@/ui/format";
import { Pill } from "@/ui/Pill";
import { sayError } from "@/ui/toast";
import { setPaused } from "./actions";
import style from "./Workers.module.css";

const LANES = {
  preview: ["Test shots", "The preview lane, which goes first."],
  production: ["Scenes", "The production lane, with a share of its own."],
} as const;

export function LaneCard({ state }: { state: LaneState }) {
  const [busy, setBusy] = useState(false);
  const isAdmin = useMay("admin");
  const isPaused = state.paused_at != null;
  const [title, about] = LANES[state.lane];
  const toggle = async () => {
    setBusy(true);
    await setPaused(state.lane, !isPaused).catch(sayError);
    setBusy(false);
  };
  return (
    <li className={style.lane}>
      <div>
        <h2>
          {title} {isPaused && <Pill tone="warn">Paused {ago(state.paused_at!)}</Pill>}
        </h2>
        <p>{isPaused ? "Nothing begins; what renders goes on." : about}</p>
        <p className={style.numbers}>
          <span>
            <strong>{state.waiting}</strong> waiting
          </span>
          <span>
            <strong>{state.rendering}</strong> rendering
          </span>
        </p>
      </div>
      {isAdmin && (
        <Button size="s" disabled={busy} onClick={() => void toggle()}>
          {isPaused ? <Play aria-hidden /> : <Pause aria-hidden />}
          {isPaused ? "Resume" : "Pause"}
        </Button>
      )}
    </li>
  );
}
