import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, mediaUrl, read } from "@/api/client";
import { keys } from "@/api/keys";
import { queryClient } from "@/api/query-client";
import type { Shot } from "@/api/types";
import { Button } from "@/ui/Button";
import list from "@/ui/catalogue.module.css";
import { seconds } from "@/ui/format";
import { NameField } from "@/ui/NameField";
import { sayError } from "@/ui/toast";
import { createScene } from "./actions";
import style from "./PromoteDialog.module.css";
import { matchingScenesQuery } from "./queries";
import { SceneChoice } from "./SceneChoice";

interface PromotionTargetProps {
  shot: Shot;
  sceneId?: number;
  onPromoted: (promotionId: string) => void;
  onClose: () => void;
}

/** Which scene the test shot is to begin. */
export function PromotionTarget({ shot, sceneId, onPromoted, onClose }: PromotionTargetProps) {
  const scenes = useQuery(matchingScenesQuery(shot.scene_type.id, shot.character.id)).data;
  const [picked, setPicked] = useState<number | "new">();
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const choices = scenes ?? [];
  const target = picked ?? choices.find(({ id }) => id === (sceneId ?? shot.scene_id))?.id ?? "new";
  const proposed = `${shot.character.name}, ${shot.scene_type.name}`;

  const promote = async () => {
    setBusy(true);
    try {
      const sceneId =
        target === "new"
          ? (await createScene(name.trim() || proposed, shot.scene_type.id, shot.character.id)).id
          : target;
      const promotion = await read(
        api.POST("/api/test-shots/{shot_id}/promote", {
          params: { path: { shot_id: shot.id } },
          body: { scene_id: sceneId },
        }),
      );
      queryClient.setQueryData(keys.promotion(promotion.id), promotion);
      onPromoted(promotion.id);
    } catch (error) {
      sayError(error);
      setBusy(false);
    }
  };

  return (
    <form
      className={list.form}
      onSubmit={(event) => {
        event.preventDefault();
        void promote();
      }}
    >
      <div className={style.shot}>
        {shot.output_video_path && (
          <video src={mediaUrl(shot.output_video_path)} autoPlay loop muted playsInline />
        )}
        <div>
          <p>
            <strong>Becomes segment 001.</strong> The scene goes on from 002 with its recipe and
            seed {String(shot.parameters.seed ?? "")}.
          </p>
          <p>
            <strong>Saves {seconds(shot.gpu_seconds)} of GPU.</strong> What its render cost is not
            paid again.
          </p>
        </div>
      </div>
      <fieldset className={style.scenes}>
        <legend>
          Scenes of “{shot.scene_type.name}” with {shot.character.name}
        </legend>
        {choices.map((scene) => (
          <SceneChoice
            key={scene.id}
            scene={scene}
            isChosen={target === scene.id}
            onChoose={() => setPicked(scene.id)}
          />
        ))}
        <label className={style.choice}>
          <input
            type="radio"
            name="scene"
            checked={target === "new"}
            onChange={() => setPicked("new")}
          />
          <span>A new scene</span>
        </label>
        {target === "new" && (
          <NameField
            label="Name of the new scene"
            value={name}
            placeholder={proposed}
            onChange={setName}
          />
        )}
      </fieldset>
      <div className={list.actions}>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={busy || !scenes}>
          Promote
        </Button>
      </div>
    </form>
  );
}
