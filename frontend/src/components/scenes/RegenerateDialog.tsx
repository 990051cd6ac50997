import { useState } from "react";
import type { Scene } from "@/api/types";
import { AskFirst } from "@/ui/AskFirst";
import { CheckField } from "@/ui/CheckField";
import { TextField } from "@/ui/Field";
import { regenerate } from "./actions";
import { Cost } from "./Cost";
import { number } from "./chain";

interface RegenerateDialogProps {
  scene: Scene;
  /** Null: it is closed. */
  from: number | null;
  onClose: () => void;
}

export function RegenerateDialog({ scene, from, onClose }: RegenerateDialogProps) {
  return from === null ? null : <Open key={from} scene={scene} from={from} onClose={onClose} />;
}

function Open({ scene, from, onClose }: { scene: Scene; from: number; onClose: () => void }) {
  const [seed, setSeed] = useState("");
  const [replaces, setReplaces] = useState(false);
  const [acceptFailed, setAccept] = useState(false);
  const isPromoted = scene.chain.segments[from - 1]?.source === "promotion";
  const last = scene.chain.planned_segments;
  return (
    <AskFirst
      open
      onClose={onClose}
      title={`Make anew from segment ${number(from)}`}
      yes={from === last ? "Make it anew" : "Make them anew"}
      disabled={isPromoted && !replaces}
      run={() =>
        regenerate(scene.id, {
          from,
          seed: seed.trim() ? Number(seed) : undefined,
          replacePromoted: replaces,
          acceptFailed,
        })
      }
    >
      <p>
        {from === last
          ? `Segment ${number(from)} is rendered again.`
          : `Segments ${number(from)} to ${number(last)} are rendered again, as each begins with the last frame of the one before.`}{" "}
        They are stale at once, and stay as they are until they are replaced one by one.
      </p>
      <Cost sceneId={scene.id} from={from} />
      <TextField
        label="Seed"
        type="number"
        min={0}
        step={1}
        value={seed}
        placeholder="Random"
        onChange={(event) => setSeed(event.target.value)}
        hint="Empty: a new random one, so that something else comes out."
      />
      {isPromoted && (
        <CheckField
          label="Replace the promoted test shot"
          hint="The test shot itself stays, and can be promoted again."
          checked={replaces}
          onChange={(event) => setReplaces(event.target.checked)}
        />
      )}
      {scene.status === "halted_by_qa" && (
        <CheckField
          label="Go on although QA failed the segment before"
          checked={acceptFailed}
          onChange={(event) => setAccept(event.target.checked)}
        />
      )}
    </AskFirst>
  );
}
