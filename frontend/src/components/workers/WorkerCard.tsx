import { useState } from "react";
import type { Worker } from "@/api/types";
import { RENDERERS } from "@/components/workflows/renderers";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";
import { Fact, Facts } from "@/ui/Facts";
import { ago } from "@/ui/format";
import { Pill } from "@/ui/Pill";
import { sayError } from "@/ui/toast";
import { setDraining } from "./actions";
import { gigabytes, workerState } from "./state";
import style from "./Workers.module.css";

export function WorkerCard({ worker }: { worker: Worker }) {
  const [busy, setBusy] = useState(false);
  const isAdmin = useMay("admin");
  const [tone, words] = workerState(worker);
  const models = Object.values(worker.models).reduce((sum, files) => sum + files.length, 0);
  const toggle = async () => {
    setBusy(true);
    await setDraining(worker.name, !worker.drain_requested).catch(sayError);
    setBusy(false);
  };
  return (
    <li className={style.worker} data-gone={!worker.is_alive || undefined}>
      <div className={style.head}>
        <h2>{worker.name}</h2>
        <Pill tone={tone}>{words}</Pill>
      </div>
      <p className={style.device}>{worker.device || "It does not say what it runs on."}</p>
      <Facts list>
        <Fact name="Renderer">
          {RENDERERS[worker.renderer]} {worker.backend_version}
        </Fact>
        <Fact name="VRAM">{gigabytes(worker.vram_bytes)}</Fact>
        <Fact name="Works on">
          {worker.busy_with.length
            ? worker.busy_with.map((id) => (
                <code key={id} title={`Render ${id}`}>
                  {id.slice(-8)}{" "}
                </code>
              ))
            : "nothing"}
        </Fact>
        {worker.slots > 1 && <Fact name="At once">{worker.slots}</Fact>}
        {Object.entries(worker.versions ?? {}).map(([name, version]) => (
          <Fact key={name} name={name}>
            {version}
          </Fact>
        ))}
        <Fact name="Last seen">{ago(worker.last_seen_at)}</Fact>
      </Facts>
      {models > 0 && (
        <details className={style.models}>
          <summary>
            {models} model files, {worker.nodes.length} kinds of nodes
          </summary>
          <ul>
            {Object.entries(worker.models).flatMap(([folder, files]) =>
              files.map((file) => (
                <li key={`${folder}/${file}`}>
                  <code>
                    {folder}/{file}
                  </code>
                </li>
              )),
            )}
          </ul>
        </details>
      )}
      {isAdmin && worker.is_alive && (
        <Button size="s" disabled={busy} onClick={() => void toggle()}>
          {worker.drain_requested ? "Let it work again" : "Drain it"}
        </Button>
      )}
    </li>
  );
}
