/** What one configuration changes of its scene type. What it leaves alone shows the scene type's. */

import type { SceneType, Slot, WorkflowSummary } from "@/api/types";
import { Disclosure } from "@/ui/Disclosure";
import style from "./ConfigurationForm.module.css";
import type { Action, Configuration } from "./configurations";
import { LoraStack } from "./LoraStack";
import { PromptInputs } from "./PromptInputs";
import { isSaidElsewhere } from "./parameters";
import { SeedInput } from "./SeedInput";
import { SlotInput } from "./SlotInput";
import { WorkflowInput } from "./WorkflowInput";

interface ConfigurationFormProps {
  configuration: Configuration;
  sceneType: SceneType;
  /** Of the scene type. */
  workflow: WorkflowSummary;
  /** Of the workflow the configuration has. */
  slots: readonly Slot[];
  /** Whether it is one of two that can stand against each other. */
  isSide: boolean;
  /** With whom the prompts are filled in. */
  characterIds: readonly number[];
  faults: Record<string, string>;
  act: (action: Action) => void;
}

const NO_SIDE = "Only where two configurations stand against each other.";

export function ConfigurationForm(props: ConfigurationFormProps) {
  const { configuration, sceneType, workflow, slots, isSide, characterIds, faults, act } = props;
  const own = slots.filter(({ name, kind }) => kind !== "image" && !isSaidElsewhere(name));
  const files = own.filter(
    ({ kind, name }) => kind === "choice" && /model|vae|clip|encoder/.test(name),
  );
  const input = (slot: Slot) => (
    <SlotInput
      key={slot.name}
      slot={slot}
      standard={sceneType.slot_values[slot.name] ?? slot.default ?? undefined}
      value={configuration.values[slot.name]}
      error={faults[`values.${slot.name}`]}
      onChange={(value) => act({ do: "set-slot", slot: slot.name, value })}
    />
  );
  return (
    <div className={style.form}>
      {(isSide || configuration.workflow) && (
        <WorkflowInput
          value={configuration.workflow}
          standard={workflow}
          error={isSide ? undefined : NO_SIDE}
          onChange={(chosen, known) =>
            act({ do: "set-workflow", workflow: chosen, slots: known.map(({ name }) => name) })
          }
        />
      )}
      <div className={style.slots}>{own.filter((slot) => !files.includes(slot)).map(input)}</div>
      <SeedInput
        value={configuration.seed}
        standard={sceneType.seed}
        error={faults.seed}
        onChange={(seed) => act({ do: "set", changes: { seed } })}
      />
      <LoraStack
        value={configuration.loras}
        standard={sceneType.loras}
        faults={faults}
        onChange={(loras) => act({ do: "set", changes: { loras } })}
      />
      <PromptInputs
        configuration={configuration}
        sceneType={sceneType}
        characterIds={characterIds}
        faults={faults}
        act={act}
      />
      {files.length > 0 && (
        <Disclosure title="Model files">
          <div className={style.slots}>{files.map(input)}</div>
        </Disclosure>
      )}
    </div>
  );
}
