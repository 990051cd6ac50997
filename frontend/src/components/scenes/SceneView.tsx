import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Character, Scene, SceneType } from "@/api/types";
import { useMay } from "@/session/session";
import list from "@/ui/catalogue.module.css";
import { Facts } from "@/ui/Facts";
import { counted, seconds } from "@/ui/format";
import { Pill } from "@/ui/Pill";
import { BoundaryPicker } from "./BoundaryPicker";
import { failureSentence, isRunning, runSentence, sceneState } from "./chain";
import { PromotableShots } from "./PromotableShots";
import { QATrends } from "./QATrends";
import { RegenerateDialog } from "./RegenerateDialog";
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
  const [tone, words] = sceneState(scene, chain);
  const waits = runSentence(chain);
  const image =
    character?.images.find(({ id }) => id === scene.source_image_id) ?? character?.images[0];
  const mayRemake = may && segment?.artefacts && !isRunning(chain);
  return (
    <>
      <Facts
        facts={[
          [
            "Status",
            <Pill key="status" tone={tone}>
              {words}
            </Pill>,
          ],
          [
            "Scene type",
            <Link
              key="type"
              to="/scene-types/$sceneTypeId"
              params={{ sceneTypeId: String(scene.scene_type_id) }}
            >
              {sceneType?.name ?? scene.scene_type_id}
            </Link>,
          ],
          [
            "Character",
            <Link
              key="character"
              to="/characters/$characterId"
              params={{ characterId: String(scene.character_id) }}
            >
              {character?.name ?? scene.character_id}
            </Link>,
          ],
          [
            "Rendered",
            `${chain.rendered_segments} of ${counted(chain.planned_segments, "segment")}`,
          ],
          ["Lasts", seconds(chain.duration_s)],
          ["GPU spent", seconds(chain.gpu_seconds)],
          !!chain.run?.gpu_seconds_saved && ["Saved by QA", seconds(chain.run.gpu_seconds_saved)],
        ]}
      />
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
