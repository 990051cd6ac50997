import { useState } from "react";
import type { Character, Scene, SceneType } from "@/api/types";
import { useMay } from "@/session/session";
import list from "@/ui/catalogue.module.css";
import { BoundaryPicker } from "./BoundaryPicker";
import { failureSentence, isRunning, runSentence } from "./chain";
import { PromotableShots } from "./PromotableShots";
import { QATrends } from "./QATrends";
import { RegenerateDialog } from "./RegenerateDialog";
import { SceneFacts } from "./SceneFacts";
import { SceneStage } from "./SceneStage";
import style from "./SceneView.module.css";
import { SegmentDetails } from "./SegmentDetails";
import { SegmentStrip } from "./SegmentStrip";

interface SceneViewProps {
  scene: Scene;
  sceneType?: SceneType;
  character?: Character;
  selected?: number;
  onSelect: (index: number | undefined) => void;
}

export function SceneView({ scene, sceneType, character, selected, onSelect }: SceneViewProps) {
  const { chain } = scene;
  const may = useMay("creator");
  const [anew, setAnew] = useState<number | null>(null);
  const segment = chain.segments.find(({ index }) => index === selected);
  const waits = runSentence(chain);
  const image =
    character?.images.find(({ id }) => id === scene.source_image_id) ?? character?.images[0];
  const mayRemake = may && segment?.artefacts && !isRunning(chain);
  return (
    <>
      <SceneFacts scene={scene} sceneType={sceneType} character={character} />
      {waits && chain.awaits_frame_of == null && (
        <p className={list.note} role="status">
          {waits}
        </p>
      )}
      {chain.run?.status === "failed" && (
        <p className={list.note} data-tone="fail" role="alert">
          {failureSentence(chain.run.failure)}
        </p>
      )}
      {scene.status === "halted_by_qa" && (
        <p className={list.note} data-tone="warn" role="status">
          QA failed the last segment, and the scene type says to stop there. Make the segment anew,
          or continue and accept it.
        </p>
      )}
      {chain.awaits_frame_of != null && (
        <BoundaryPicker sceneId={scene.id} index={chain.awaits_frame_of} />
      )}
      {(segment || chain.awaits_frame_of == null) && (
        <div className={segment ? style.withDetails : style.alone}>
          <SceneStage sceneId={scene.id} chain={chain} selected={segment} sourceUrl={image?.url} />
          {segment && (
            <SegmentDetails
              segment={segment}
              onRegenerate={mayRemake ? () => setAnew(segment.index) : undefined}
            />
          )}
        </div>
      )}
      <SegmentStrip
        sceneId={scene.id}
        chain={chain}
        selected={segment?.index}
        onSelect={onSelect}
      />
      {may && <PromotableShots scene={scene} />}
      <QATrends sceneId={scene.id} />
      <RegenerateDialog scene={scene} from={anew} onClose={() => setAnew(null)} />
    </>
  );
}
