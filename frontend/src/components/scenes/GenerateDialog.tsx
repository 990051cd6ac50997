import { useState } from "react";
import type { Scene } from "@/api/types";
import { AskFirst } from "@/ui/AskFirst";
import { CheckField } from "@/ui/CheckField";
import { SelectField } from "@/ui/Field";
import { generate } from "./actions";
import { Cost } from "./Cost";
import { nextStep, number, playable } from "./chain";

interface GenerateDialogProps {
  scene: Scene;
  open: boolean;
  onClose: () => void;
}

export function GenerateDialog({ scene, open, onClose }: GenerateDialogProps) {
  const { chain } = scene;
  const first = playable(chain).length + 1;
  const [upTo, setUpTo] = useState<number>();
  const [acceptFailed, setAccept] = useState(false);
  const indices = Array.from(
    { length: Math.max(0, chain.planned_segments - first + 1) },
    (_, offset) => first + offset,
  );
  return (
    <AskFirst
      open={open}
      onClose={onClose}
      title={nextStep(chain) ?? "Generate"}
      yes="Generate"
      run={() => generate(scene.id, { upTo, acceptFailed })}
    >
      <SelectField
        label="Up to"
        value={upTo ?? ""}
        onChange={(event) => setUpTo(Number(event.target.value) || undefined)}
      >
        <option value="">The end of the scene (segment {number(chain.planned_segments)})</option>
        {indices.slice(0, -1).map((index) => (
          <option key={index} value={index}>
            Segment {number(index)}
          </option>
        ))}
      </SelectField>
      <Cost sceneId={scene.id} upTo={upTo} />
      {scene.status === "halted_by_qa" && (
        <CheckField
          label="Go on although QA failed the last segment"
          checked={acceptFailed}
          onChange={(event) => setAccept(event.target.checked)}
        />
      )}
    </AskFirst>
  );
}
