/** Making a test shot segment 001 of a scene: which scene, and the proof that it is the same file. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Award, CircleCheck } from "lucide-react";
import { useState } from "react";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { sentence } from "@/api/problem";
import { queryClient } from "@/api/query-client";
import type { Promotion, Shot } from "@/api/types";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { SelectField } from "@/ui/Field";
import { seconds } from "@/ui/format";
import { Empty, Failure, Loading } from "@/ui/States";
import style from "./PromoteDialog.module.css";

export function PromoteButton({ shot }: { shot: Shot }) {
  const [open, setOpen] = useState(false);
  const may = useMay("creator");
  // While it is open it stays, also once the test shot is promoted: the proof comes then.
  const isOffered = shot.status === "scored" && !shot.is_promoted;
  if (!may || !(isOffered || open)) return null;
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)}>
        <Award aria-hidden />
        Promote
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Promote"
        about={`Test shot ${shot.id} becomes segment 001 of a scene, byte for byte. Nothing is rendered.`}
      >
        <Promote shot={shot} />
      </Dialog>
    </>
  );
}

function Promote({ shot }: { shot: Shot }) {
  const [chosen, setChosen] = useState<number>();
  const scenes = useQuery({
    queryKey: [...keys.scenes, "of", shot.scene_type.id, shot.character.id],
    queryFn: () => {
      const query = {
        scene_type_id: shot.scene_type.id,
        character_id: shot.character.id,
        limit: 200,
      };
      return read(api.GET("/api/scenes", { params: { query } }));
    },
  });
  const sceneId = chosen ?? shot.scene_id ?? scenes.data?.items[0]?.id;
  const promote = useMutation({
    mutationFn: (id: number) =>
      read(
        api.POST("/api/test-shots/{shot_id}/promote", {
          params: { path: { shot_id: shot.id } },
          body: { scene_id: id },
        }),
      ),
  });
  const make = useMutation({
    mutationFn: () => {
      const name = `${shot.character.name}, ${shot.scene_type.name}`;
      const body = { name, scene_type_id: shot.scene_type.id, character_id: shot.character.id };
      return read(api.POST("/api/scenes", { body }));
    },
    onSuccess: (scene) => {
      setChosen(scene.id);
      return queryClient.invalidateQueries({ queryKey: keys.scenes });
    },
  });
  if (promote.data) return <Proof id={promote.data.id} />;
  if (scenes.isPending) return <Loading cards={1} />;
  if (scenes.isError) return <Failure error={scenes.error} />;
  const refused = promote.error ?? make.error;
  return (
    <>
      {scenes.data.items.length === 0 ? (
        <Empty
          title="There is no such scene yet"
          action={<Button onClick={() => make.mutate()}>Make one</Button>}
        >
          A scene of “{shot.scene_type.name}” with {shot.character.name} is needed.
        </Empty>
      ) : (
        <>
          <SelectField
            label={`Scene of “${shot.scene_type.name}” with ${shot.character.name}`}
            value={sceneId}
            error={refused ? sentence(refused) : undefined}
            onChange={(event) => setChosen(Number(event.target.value))}
          >
            {scenes.data.items.map(({ id, name, status }) => (
              <option key={id} value={id}>
                {name} ({status.replaceAll("_", " ")})
              </option>
            ))}
          </SelectField>
          <div className={style.actions}>
            <Button disabled={make.isPending} onClick={() => make.mutate()}>
              A new scene
            </Button>
            <Button
              look="primary"
              disabled={!sceneId || promote.isPending}
              onClick={() => sceneId && promote.mutate(sceneId)}
            >
              Promote
            </Button>
          </div>
        </>
      )}
    </>
  );
}

function Proof({ id }: { id: string }) {
  const promotion = useQuery({
    queryKey: keys.promotion(id),
    queryFn: () =>
      read(api.GET("/api/promotions/{promotion_id}", { params: { path: { promotion_id: id } } })),
  });
  if (promotion.isError) return <Failure error={promotion.error} />;
  if (!promotion.data || promotion.data.status === "requested") {
    return <p role="status">The files are being copied and read back.</p>;
  }
  if (promotion.data.status === "rejected") {
    return (
      <p className={style.rejected} role="alert">
        {promotion.data.message}
      </p>
    );
  }
  return <Done promotion={promotion.data} />;
}

function Done({ promotion }: { promotion: Promotion }) {
  const { sha256_before, sha256_after, gpu_seconds_saved, seconds: took, scene_id } = promotion;
  const isSame = sha256_before !== null && sha256_before === sha256_after;
  return (
    <div className={style.done} role="status">
      <p className={style.saved}>
        <CircleCheck aria-hidden />
        <strong>It is segment 001.</strong> 0 GPU seconds spent, {seconds(gpu_seconds_saved)} saved
        {took !== null && `, in ${seconds(took)}`}.
      </p>
      <dl>
        <dt>SHA-256 of the test shot</dt>
        <dd>{sha256_before}</dd>
        <dt>SHA-256 as read back from the scene</dt>
        <dd>{sha256_after}</dd>
      </dl>
      <p>{isSame ? "They are the same, byte for byte." : "They are not the same."}</p>
      <Link to="/scenes/$sceneId" params={{ sceneId: String(scene_id) }}>
        To the scene
      </Link>
    </div>
  );
}
