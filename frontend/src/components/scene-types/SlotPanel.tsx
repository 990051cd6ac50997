import list from "@/ui/catalogue.module.css";
import { Panel } from "@/ui/Panel";
import type { FormPart } from "./panel-props";
import style from "./SceneTypeForm.module.css";
import { SlotField } from "./SlotField";
import { slotGroups } from "./slot-groups";

export function SlotPanel({ draft, faults, slots, disabled, change }: FormPart) {
  const set = (name: string, value: string) => {
    const { [name]: _, ...rest } = draft.slot_values;
    change({ slot_values: value === "" ? rest : { ...draft.slot_values, [name]: value } });
  };
  return (
    <Panel title="Values" about="What is empty stays as the workflow has it.">
      {faults.slot_values && <p role="alert">{faults.slot_values}</p>}
      {slotGroups(slots).map(({ title, slots: group }) => (
        <fieldset key={title} className={style.group}>
          <legend>{title}</legend>
          <div className={list.fields}>
            {group.map((slot) => (
              <SlotField
                key={slot.name}
                slot={slot}
                value={draft.slot_values[slot.name] ?? ""}
                fault={faults[`slot_values.${slot.name}`]}
                disabled={disabled}
                onChange={(value) => set(slot.name, value)}
              />
            ))}
          </div>
        </fieldset>
      ))}
    </Panel>
  );
}
