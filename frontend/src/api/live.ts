/**
 * What happens, as it happens: one event stream for the whole app, and what each event changes.
 *
 * The browser reconnects by itself and names the last event it saw, so nothing is missed or heard
 * twice; `reset` says that too much was missed, and everything is loaded anew.
 */

import { useSyncExternalStore } from "react";
import { keys } from "./keys";
import { forgetProgress, hearProgress } from "./progress";
import { queryClient } from "./query-client";
import { refreshGalleries, refreshShots, removeShot } from "./shot-cache";

export type Connection = "connecting" | "live" | "lost";

const RETRY_MS = 3000;

let source: EventSource | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;
let connection: Connection = "connecting";
/** Whether the stream has not said yet that it tells what happens from now on. */
let isNew = true;
const told = new Set<() => void>();

type Data = Record<string, unknown>;

const HANDLERS: Record<string, (data: Data) => void> = {
  ready: () => {
    // One that begins late says nothing of what happened before; only one that goes on does.
    if (isNew && connection === "lost") void queryClient.invalidateQueries();
    isNew = false;
    setConnection("live");
  },
  reset: () => {
    isNew = false;
    setConnection("live");
    void queryClient.invalidateQueries();
  },
  progress,
  "test-shot.changed": (shot) => {
    const id = Number(shot.id);
    if (shot.status !== "rendering") forgetProgress(`shot:${id}`);
    refreshShots([id]);
    if (shot.batch_id) changed(keys.batch(Number(shot.batch_id)));
  },
  "test-shot.deleted": (shot) => removeShot(Number(shot.id)),
  "batch.created": () => {
    refreshGalleries();
    changed(keys.batches);
  },
  "batch.changed": (batch) => changed(keys.batch(Number(batch.id)), keys.batches),
  "comparison.created": () => changed(keys.comparisons),
  "presets.changed": (presets) => changed(keys.presets(Number(presets.scene_type_id))),
  "lane.changed": () => changed(keys.lanes),
  "scene.segment-changed": (segment) => {
    forgetProgress(`scene:${Number(segment.scene_id)}`);
    changed(keys.scene(Number(segment.scene_id)));
  },
  "scene.run-changed": (run) => changed(keys.scene(Number(run.scene_id)), keys.scenes),
  "promotion.changed": (promotion) => {
    changed(keys.promotion(String(promotion.id)), keys.scene(Number(promotion.scene_id)));
    refreshShots([Number(promotion.test_shot_id)]);
  },
  "worker.changed": () => changed(keys.workers),
  "queue.changed": () => changed(keys.lanes),
};

function progress(data: Data): void {
  const subject = data.test_shot_id ? `shot:${data.test_shot_id}` : `scene:${data.scene_id}`;
  hearProgress(subject as `shot:${number}`, {
    fraction: Number(data.fraction),
    worker: String(data.worker),
    preview: typeof data.preview === "string" ? data.preview : undefined,
  });
}

function changed(...names: ReadonlyArray<readonly unknown[]>): void {
  for (const queryKey of names) void queryClient.invalidateQueries({ queryKey });
}

/** Listen until the returned function is called. */
export function listen(): () => void {
  open();
  return stopListening;
}

export function stopListening(): void {
  clearTimeout(retry);
  source?.close();
  source = undefined;
}

function open(): void {
  isNew = true;
  source = new EventSource("/api/events");
  for (const [type, handle] of Object.entries(HANDLERS)) {
    source.addEventListener(type, (event) => handle(JSON.parse(event.data || "{}") as Data));
  }
  source.onerror = () => {
    setConnection("lost");
    // After an answer that is no stream, such as 503, a browser gives up; we do not.
    if (source?.readyState !== EventSource.CLOSED) return;
    clearTimeout(retry);
    retry = setTimeout(() => {
      open();
      void queryClient.invalidateQueries();
    }, RETRY_MS);
  };
}

function setConnection(now: Connection): void {
  if (now === connection) return;
  connection = now;
  for (const tell of told) tell();
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (tell) => {
      told.add(tell);
      return () => told.delete(tell);
    },
    () => connection,
  );
}
