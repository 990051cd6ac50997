import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ProblemError } from "@/api/problem";
import type { Workflow } from "@/api/types";
import { DropArea } from "@/ui/DropArea";
import { SelectField } from "@/ui/Field";
import { say, sayError } from "@/ui/toast";
import { importFile, WORKFLOW_FILES } from "./actions";
import { KnownNameDialog } from "./KnownNameDialog";
import style from "./Workflows.module.css";

const CONFLICT = 409;

/** A workflow comes in as a file: ComfyUI's API format, or a picture or clip that carries it. */
export function ImportArea() {
  const navigate = useNavigate();
  const [renderer, setRenderer] = useState<Workflow["renderer"]>("comfyui");
  const [busy, setBusy] = useState(false);
  const [known, setKnown] = useState<File[]>([]);
  const bring = async (file: File, name?: string) => {
    const made = await importFile(file, renderer, name);
    say(`“${made.name}” is imported as version ${made.version}, with ${made.slots.length} slots.`);
    return made.id;
  };
  const show = (id: number) =>
    navigate({ to: "/workflows/$workflowId", params: { workflowId: String(id) } });
  const take = async (files: File[]) => {
    setBusy(true);
    for (const file of files) {
      try {
        const id = await bring(file);
        if (files.length === 1) await show(id);
      } catch (error) {
        if (error instanceof ProblemError && error.status === CONFLICT) {
          setKnown((before) => [...before, file]);
        } else sayError(error);
      }
    }
    setBusy(false);
  };
  return (
    <div className={style.import}>
      <DropArea
        hint="Drop a workflow here: JSON in API format, or a PNG, WebP or MP4 that ComfyUI or Screentest made. A known name becomes a new version."
        choose="Choose files…"
        accept={WORKFLOW_FILES}
        multiple
        disabled={busy}
        onFiles={(files) => void take(files)}
      />
      <SelectField
        label="Rendered by"
        value={renderer}
        onChange={(event) => setRenderer(event.target.value as Workflow["renderer"])}
      >
        <option value="comfyui">ComfyUI</option>
        <option value="builtin">The built-in renderer</option>
      </SelectField>
      {known[0] && (
        <KnownNameDialog
          key={known[0].name}
          file={known[0]}
          onClose={() => setKnown(known.slice(1))}
          onName={async (name) => {
            const id = await bring(known[0]!, name);
            if (known.length === 1) await show(id);
          }}
        />
      )}
    </div>
  );
}
