import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, read } from "@/api/client";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";
import list from "@/ui/catalogue.module.css";
import { Panel } from "@/ui/Panel";
import { Failure } from "@/ui/States";
import { sayError } from "@/ui/toast";
import { chooseBoundary } from "./actions";
import style from "./BoundaryPicker.module.css";
import { CutLoop } from "./CutLoop";
import { number } from "./chain";
import { FrameBars } from "./FrameBars";

/** The run waits until somebody says on which frame this segment ends. */
export function BoundaryPicker({ sceneId, index }: { sceneId: number; index: number }) {
  const may = useMay("creator");
  const { data, error, refetch } = useQuery({
    // Not under the scene: once the frame is chosen there is nothing to ask for any more.
    queryKey: ["boundary", sceneId, index],
    gcTime: 0,
    queryFn: () =>
      read(
        api.GET("/api/scenes/{scene_id}/segments/{index}/boundary", {
          params: { path: { scene_id: sceneId, index } },
        }),
      ),
  });
  const [chosen, setChosen] = useState<number>();
  const [busy, setBusy] = useState(false);
  const candidates = data?.candidates ?? [];
  const calmest = candidates.find(({ is_calmest }) => is_calmest) ?? candidates.at(-1);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const at = candidates.find(({ frame }) => frame === chosen) ?? calmest;
  if (!data || !at) return <p className={list.note}>The last frames are measured…</p>;

  const choose = async () => {
    setBusy(true);
    await chooseBoundary(sceneId, index, at.frame).catch(sayError);
    setBusy(false);
  };
  const cut = data.frames - 1 - at.frame;
  return (
    <Panel
      title={`On which frame does segment ${number(index)} end?`}
      about="The next segment begins with it. A calm, sharp frame carries on best."
      actions={
        may && (
          <Button look="primary" disabled={busy} onClick={() => void choose()}>
            End on frame {at.frame}
          </Button>
        )
      }
    >
      <div className={style.pictures}>
        <figure>
          <img src={at.still} alt={`Frame ${at.frame}`} fetchPriority="high" />
          <figcaption>
            Frame {at.frame} of {data.frames - 1}
            {at.is_calmest && " · the calmest"}
            {cut > 0 ? ` · ${cut} cut off` : " · nothing is cut off"}
          </figcaption>
        </figure>
        <CutLoop stills={candidates.filter(({ frame }) => frame <= at.frame)} />
      </div>
      <FrameBars candidates={candidates} chosen={at.frame} onChoose={setChosen} />
      <label className={style.scrubber}>
        <span className="visually-hidden">Frame</span>
        <input
          type="range"
          min={candidates[0]!.frame}
          max={candidates.at(-1)!.frame}
          value={at.frame}
          onChange={(event) => setChosen(Number(event.target.value))}
        />
      </label>
    </Panel>
  );
}
