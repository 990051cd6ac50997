import { Link } from "@tanstack/react-router";
import type { Character, Scene, SceneType } from "@/api/types";
import { Fact, Facts } from "@/ui/Facts";
import { counted, seconds } from "@/ui/format";
import { Pill } from "@/ui/Pill";
import { sceneState } from "./chain";

interface SceneFactsProps {
  scene: Scene;
  sceneType?: SceneType;
  character?: Character;
}

/** What a scene is made of, how far it is, and what it took. */
export function SceneFacts({ scene, sceneType, character }: SceneFactsProps) {
  const { chain, scene_type_id, character_id } = scene;
  const [tone, words] = sceneState(scene, chain);
  const saved = chain.run?.gpu_seconds_saved;
  const rendered = `${chain.rendered_segments} of ${counted(chain.planned_segments, "segment")}`;
  return (
    <Facts>
      <Fact name="Status">
        <Pill tone={tone}>{words}</Pill>
      </Fact>
      <Fact name="Scene type">
        <Link to="/scene-types/$sceneTypeId" params={{ sceneTypeId: String(scene_type_id) }}>
          {sceneType?.name ?? scene_type_id}
        </Link>
      </Fact>
      <Fact name="Character">
        <Link to="/characters/$characterId" params={{ characterId: String(character_id) }}>
          {character?.name ?? character_id}
        </Link>
      </Fact>
      <Fact name="Rendered">{rendered}</Fact>
      <Fact name="Lasts">{seconds(chain.duration_s)}</Fact>
      <Fact name="GPU spent">{seconds(chain.gpu_seconds)}</Fact>
      {!!saved && <Fact name="Saved by QA">{seconds(saved)}</Fact>}
    </Facts>
  );
}
