import { useQuery } from "@tanstack/react-query";
import type { SceneSummary } from "@/api/types";
import { isRendered, isRunning } from "./chain";
import style from "./PromoteDialog.module.css";
import { sceneQuery } from "./queries";

interface SceneChoiceProps {
  scene: SceneSummary;
  isChosen: boolean;
  onChoose: () => void;
}

/** A scene that may take the test shot, or why it may not, and what it would replace. */
export function SceneChoice({ scene, isChosen, onChoose }: SceneChoiceProps) {
  const chain = useQuery(sceneQuery(scene.id)).data?.chain;
  const runs = chain && isRunning(chain);
  const begun = chain?.segments[0] && isRendered(chain.segments[0]);
  const note = runs
    ? "It is being generated. Cancel that first."
    : begun
      ? "It has a segment 001 already, and a promotion replaces nothing."
      : "It has no segment yet: nothing is replaced.";
  return (
    <label className={style.choice} data-closed={runs || begun || undefined}>
      <input
        type="radio"
        name="scene"
        checked={isChosen}
        disabled={!chain || runs || begun}
        onChange={onChoose}
      />
      <span>
        {scene.name}
        {chain && <small>{note}</small>}
      </span>
    </label>
  );
}
