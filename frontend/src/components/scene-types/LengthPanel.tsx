import list from "@/ui/catalogue.module.css";
import { SelectField, TextField } from "@/ui/Field";
import { counted } from "@/ui/format";
import { Panel } from "@/ui/Panel";
import type { Draft } from "./draft";
import type { FormPart } from "./panel-props";

const SECONDS = [
  ["target_duration_s", "A scene lasts", ""],
  ["segment_duration_s", "A segment lasts", "Rounded to what the workflow can make."],
  [
    "duration_tolerance_s",
    "May miss the end by",
    "Within it the last segment ends where it is calm. 0: whole segments.",
  ],
] as const;

/** How long scenes are, and on which frame one segment hands over to the next. */
export function LengthPanel({ draft, faults, disabled, change }: FormPart) {
  const segments = Math.ceil(Number(draft.target_duration_s) / Number(draft.segment_duration_s));
  return (
    <Panel
      title="Length and boundary"
      about={
        Number.isFinite(segments) && segments > 0
          ? `About ${counted(segments, "segment")} a scene; a test shot renders the first.`
          : undefined
      }
    >
      <div className={list.fields}>
        {SECONDS.map(([field, label, hint]) => (
          <TextField
            key={field}
            label={`${label}, seconds`}
            inputMode="decimal"
            value={draft[field]}
            disabled={disabled}
            error={faults[field]}
            hint={hint || undefined}
            onChange={(event) => change({ [field]: event.target.value })}
          />
        ))}
        <SelectField
          label="Boundary frame"
          value={draft.boundary.mode}
          disabled={disabled}
          error={faults["boundary.mode"]}
          hint="The next segment begins with it."
          onChange={(event) =>
            change({
              boundary: {
                ...draft.boundary,
                mode: event.target.value as Draft["boundary"]["mode"],
              },
            })
          }
        >
          <option value="last">The last frame</option>
          <option value="calmest">The calmest of the final frames</option>
          <option value="manual">A person chooses it</option>
        </SelectField>
        {draft.boundary.mode !== "last" && (
          <TextField
            label="Final frames to choose from"
            inputMode="numeric"
            value={draft.boundary.window}
            disabled={disabled}
            error={faults["boundary.window"]}
            hint="2 to 240"
            onChange={(event) =>
              change({ boundary: { ...draft.boundary, window: event.target.value } })
            }
          />
        )}
      </div>
    </Panel>
  );
}
