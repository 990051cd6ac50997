import { useQuery } from "@tanstack/react-query";
import { CheckField } from "@/ui/CheckField";
import list from "@/ui/catalogue.module.css";
import { SelectField } from "@/ui/Field";
import { Panel } from "@/ui/Panel";
import type { Draft, LimitsDraft } from "./draft";
import { LimitsTable } from "./LimitsTable";
import type { FormPart } from "./panel-props";
import { calibrationQuery } from "./queries";
import style from "./SceneTypeForm.module.css";

/** How strict QA is, and what follows from a failing verdict. */
export function QAPanel({
  draft,
  faults,
  disabled,
  change,
  sceneTypeId,
}: FormPart & { sceneTypeId: number }) {
  const measures = useQuery(calibrationQuery(sceneTypeId)).data?.measures ?? [];
  const { qa } = draft;
  const set = (what: Partial<Draft["qa"]>) => change({ qa: { ...qa, ...what } });
  const setLimit = (measure: string, limits: LimitsDraft) => {
    const { [measure]: _, ...rest } = qa.limits;
    set({ limits: limits.warn || limits.fail ? { ...rest, [measure]: limits } : rest });
  };
  const changed = Object.keys(qa.limits).length;
  return (
    <Panel title="QA" about="Every clip is measured; this says what follows from it.">
      <div className={list.fields}>
        <SelectField
          label="When a segment fails"
          value={qa.mode}
          disabled={disabled}
          error={faults["qa.mode"]}
          onChange={(event) => set({ mode: event.target.value as Draft["qa"]["mode"] })}
        >
          <option value="advice">Only say so</option>
          <option value="halt">Halt the scene</option>
        </SelectField>
      </div>
      <CheckField
        label="Stop hopeless renders early"
        hint="A render whose previews are black or noise is stopped, and its GPU time is saved."
        checked={qa.stop_hopeless}
        disabled={disabled}
        onChange={(event) => set({ stop_hopeless: event.target.checked })}
      />
      <CheckField
        label="Clips are meant to loop"
        hint="The last frame is also compared with the first."
        checked={qa.loop}
        disabled={disabled}
        onChange={(event) => set({ loop: event.target.checked })}
      />
      <details
        className={style.details}
        open={Object.keys(faults).some((one) => one.startsWith("qa.limits")) || undefined}
      >
        <summary>
          Limits{changed ? `: ${changed} of this scene type's own` : ": all as usual"}
        </summary>
        <LimitsTable
          measures={measures}
          limits={qa.limits}
          faults={faults}
          disabled={disabled}
          onChange={setLimit}
        />
      </details>
    </Panel>
  );
}
