import { useQuery } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { sentence } from "@/api/problem";
import type { SceneType } from "@/api/types";
import { workflowQuery } from "@/components/workflows/queries";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";
import list from "@/ui/catalogue.module.css";
import { ago } from "@/ui/format";
import { say } from "@/ui/toast";
import { saveSceneType } from "./actions";
import { BasicsPanel } from "./BasicsPanel";
import { CalibrationPanel } from "./CalibrationPanel";
import { changesOf, type Faults, faultsOf } from "./draft";
import { LeaveDialog } from "./LeaveDialog";
import { LengthPanel } from "./LengthPanel";
import { LoraPanel } from "./LoraPanel";
import { PromptPanel } from "./PromptPanel";
import { QAPanel } from "./QAPanel";
import style from "./SceneTypeForm.module.css";
import { SlotPanel } from "./SlotPanel";
import { useDraft } from "./use-draft";

/** All of a scene type in one scrollable form. */
export function SceneTypeForm({ saved }: { saved: SceneType }) {
  const may = useMay("creator");
  const { draft, isDirty, wasKept, isOvertaken, change, reset } = useDraft(saved);
  const [faults, setFaults] = useState<Faults>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const workflow = useQuery(workflowQuery(draft.workflow_id)).data;
  const slots = workflow?.slots ?? [];
  const leaving = useBlocker({
    shouldBlockFn: () => isDirty,
    enableBeforeUnload: isDirty,
    withResolver: true,
  });
  useEffect(() => {
    if (Object.keys(faults).length)
      form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [faults]);

  const save = async (): Promise<boolean> => {
    const { changes, faults: found } = changesOf(draft, slots);
    setFaults(found);
    if (Object.keys(found).length) return false;
    setBusy(true);
    try {
      reset(await saveSceneType(saved.id, changes));
      say("Saved. Scenes that were begun before go on with the recipe they have.");
      return true;
    } catch (error) {
      const said = faultsOf(error);
      setFaults(Object.keys(said).length ? said : { "": sentence(error) });
      return false;
    } finally {
      setBusy(false);
    }
  };

  const panel = { draft, faults, slots, disabled: !may, change };
  return (
    <form
      ref={form}
      className={style.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {(wasKept || isOvertaken) && (
        <p className={list.note} data-tone={isOvertaken ? "warn" : undefined} role="status">
          {isOvertaken
            ? `It was saved elsewhere ${ago(saved.updated_at)}. Saving here replaces that.`
            : "These are your unsaved changes from before."}{" "}
          <Button size="s" onClick={() => reset(saved)}>
            Show what is saved
          </Button>
        </p>
      )}
      <BasicsPanel {...panel} />
      <PromptPanel {...panel} />
      <LoraPanel {...panel} />
      <SlotPanel {...panel} />
      <LengthPanel {...panel} />
      <QAPanel {...panel} sceneTypeId={saved.id} />
      <CalibrationPanel sceneTypeId={saved.id} disabled={!may || isDirty} onAccepted={reset} />
      {may && (isDirty || faults[""]) && (
        <div className={style.bar}>
          <p role="status" data-wrong={Object.keys(faults).length > 0 || undefined}>
            {faults[""] ??
              (Object.keys(faults).length
                ? "Some fields are not right yet."
                : "There are unsaved changes.")}
          </p>
          <Button onClick={() => reset(saved)}>Discard</Button>
          <Button type="submit" look="primary" disabled={busy}>
            Save
          </Button>
        </div>
      )}
      {leaving.status === "blocked" && (
        <LeaveDialog
          onStay={leaving.reset}
          onLeave={leaving.proceed}
          onDiscard={() => {
            reset(saved);
            leaving.proceed();
          }}
          onSave={async () => {
            if (await save()) leaving.proceed();
            else leaving.reset();
          }}
        />
      )}
    </form>
  );
}
