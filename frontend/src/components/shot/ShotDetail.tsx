/** One test shot with everything that is known of it. */

import { Link, useNavigate } from "@tanstack/react-router";
import { Award, ChevronLeft, ChevronRight } from "lucide-react";
import type { Shot } from "@/api/types";
import { useShortcuts } from "@/app/shortcuts";
import { failureOf } from "@/components/test-shots/ShotMedia";
import { STATUS_WORDS } from "@/components/test-shots/words";
import { IconButton } from "@/ui/IconButton";
import style from "./ShotDetail.module.css";
import { ShotFiles } from "./ShotFiles";
import { ShotParameters } from "./ShotParameters";
import { ShotPlayer } from "./ShotPlayer";
import { ShotQA } from "./ShotQA";
import { ShotReview } from "./ShotReview";
import { ShotTimings } from "./ShotTimings";
import { useNeighbours } from "./use-shot";

export function ShotDetail({ shot }: { shot: Shot }) {
  return (
    <div className={style.detail}>
      <div className={style.main}>
        <ShotPlayer key={shot.id} shot={shot} />
        <State shot={shot} />
        <ShotParameters shot={shot} />
        <ShotTimings shot={shot} />
      </div>
      <div className={style.side}>
        <ShotReview shot={shot} />
        <ShotQA shot={shot} />
        <ShotFiles shot={shot} />
      </div>
    </div>
  );
}

function State({ shot }: { shot: Shot }) {
  if (shot.is_promoted && shot.promoted_to_scene_id) {
    return (
      <p className={style.state}>
        <Award aria-hidden />
        <span>
          It is segment 001 of{" "}
          <Link to="/scenes/$sceneId" params={{ sceneId: String(shot.promoted_to_scene_id) }}>
            a scene
          </Link>
          .
        </span>
      </p>
    );
  }
  if (shot.status === "scored") return null;
  const why = shot.status === "failed" ? failureOf(shot) : shot.waiting?.reason;
  return (
    <p className={style.state} data-status={shot.status} role="status">
      <strong>{STATUS_WORDS[shot.status]}</strong>
      {why && <span>{why}</span>}
    </p>
  );
}

/** To the shots before and after it in the gallery, also by the arrow keys. */
export function Neighbours({ id }: { id: number }) {
  const navigate = useNavigate();
  const { before, after } = useNeighbours(id);
  const go = (to: number | undefined) =>
    to && void navigate({ to: "/shots/$shotId", params: { shotId: String(to) }, replace: true });
  useShortcuts("Test shot", [
    { keys: ["ArrowLeft", "j"], does: "The one before in the gallery", run: () => go(before) },
    { keys: ["ArrowRight", "n"], does: "The next in the gallery", run: () => go(after) },
  ]);
  return (
    <span className={style.neighbours}>
      <IconButton
        icon={ChevronLeft}
        disabled={!before}
        label="The test shot before"
        onClick={() => go(before)}
      />
      <IconButton
        icon={ChevronRight}
        disabled={!after}
        label="The next test shot"
        onClick={() => go(after)}
      />
    </span>
  );
}
