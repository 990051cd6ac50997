/** What a person can do with workflows. */

import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { queryClient } from "@/api/query-client";
import type { Workflow } from "@/api/types";

export const WORKFLOW_FILES =
  ".json,.png,.webp,.mp4,.webm,application/json,image/png,image/webp,video/mp4";

const path = (workflow_id: number) => ({ params: { path: { workflow_id } } });
const changed = () => queryClient.invalidateQueries({ queryKey: keys.workflows });

/**
 * Import a file, named by itself unless a name is given.
 *
 * A name that is known and given makes a new version of that workflow; only the file's own is
 * refused when it is known and the graph differs.
 */
export async function importFile(file: File, renderer: Workflow["renderer"], name?: string) {
  const form = new FormData();
  form.append("file", file);
  form.append("renderer", renderer);
  if (name) form.append("name", name);
  const imported = await read(
    api.POST("/api/workflows", {
      body: form as never,
      bodySerializer: (body: unknown) => body as FormData,
    }),
  );
  void changed();
  return imported;
}

export async function importFromLibrary(name: string) {
  const imported = await read(
    api.POST("/api/workflow-library/{name}/import", {
      params: { path: { name } },
      body: { name: null },
    }),
  );
  void changed();
  return imported;
}

export async function saveWorkflow(id: number, changes: Partial<Workflow>) {
  const saved = await read(
    api.PATCH("/api/workflows/{workflow_id}", { ...path(id), body: changes as never }),
  );
  queryClient.setQueryData(keys.workflow(id), saved);
  void changed();
}

export async function removeWorkflow(id: number) {
  await read(api.DELETE("/api/workflows/{workflow_id}", path(id)));
  queryClient.removeQueries({ queryKey: keys.workflow(id) });
  void changed();
}

/** What every live worker lacks for it. */
export function validate(id: number, sceneTypeId?: number) {
  return read(
    api.POST("/api/workflows/{workflow_id}/validate", {
      ...path(id),
      body: { scene_type_id: sceneTypeId ?? null, values: {} },
    }),
  );
}

/** Render a few small frames; the answer is a test shot. */
export function dryRun(id: number, sceneTypeId: number, characterId: number) {
  return read(
    api.POST("/api/workflows/{workflow_id}/dry-run", {
      ...path(id),
      body: { scene_type_id: sceneTypeId, character_id: characterId, wait_for_worker: false },
    }),
  );
}
