/** Configurations of one scene type side by side, and the request that comes of them. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { allWorkflows } from "@/api/catalogue";
import type { SceneType, Shot, WorkflowSummary } from "@/api/types";
import { Failure, Loading } from "@/ui/States";
import { AxesForm } from "./AxesForm";
import { type AxisDraft, axesOf } from "./axes";
import { BatchMatrix } from "./BatchMatrix";
import { ConfigurationForm } from "./ConfigurationForm";
import { ConfigurationTabs } from "./ConfigurationTabs";
import { type Action, activeOf } from "./configurations";
import { faultsOf } from "./faults";
import { OfferLine } from "./OfferLine";
import { RenderOptions } from "./RenderOptions";
import { isPair, type Plan, quoteBody, USUAL, ways, whyNot } from "./requests";
import { SubmitBar } from "./SubmitBar";
import { changesOf, overridesOf } from "./shot-request";
import style from "./TestShotForm.module.css";
import { useDraft } from "./use-draft";
import { useOffer } from "./use-offer";
import { useOwnSlots } from "./use-own-slots";
import { useSubmit } from "./use-submit";

interface TestShotFormProps {
  sceneType: SceneType;
  characterIds: number[];
  sceneId?: number;
  from?: Shot;
  onClose: () => void;
}

export function TestShotForm(props: TestShotFormProps) {
  const workflows = useQuery(allWorkflows);
  if (workflows.isPending) return <Loading cards={2} />;
  const workflow = workflows.data?.find(({ id }) => id === props.sceneType.workflow_id);
  if (workflow) return <Configurations {...props} workflow={workflow} />;
  return <Failure error={workflows.error ?? "The workflow of this scene type is gone."} />;
}

interface ConfigurationsProps extends TestShotFormProps {
  workflow: WorkflowSummary;
}

function Configurations(props: ConfigurationsProps) {
  const { sceneType, workflow, characterIds, sceneId, from, onClose } = props;
  const { slots } = workflow;
  const [draft, act] = useDraft(
    sceneType.id,
    from && {
      do: "open",
      name: `Shot ${from.id}`,
      overrides: changesOf(overridesOf(from), sceneType, slots),
    },
  );
  const [axisDrafts, setAxisDrafts] = useState<AxisDraft[]>([]);
  const [baseline, setBaseline] = useState(false);
  const [options, setOptions] = useState(USUAL);
  const [seesMatrix, setSeesMatrix] = useState(false);
  const axes = axesOf(axisDrafts, slots);
  const plan: Plan = {
    sceneTypeId: sceneType.id,
    sceneId,
    characterIds,
    draft,
    axes: [...axes.values()],
    baseline,
    options,
  };
  const active = activeOf(draft);
  const ownSlots = useOwnSlots(active.workflow);
  const offer = useOffer(quoteBody(plan));
  const submit = useSubmit(plan, onClose);
  const edit = (action: Action) => {
    // What was refused is not what is there now.
    if (submit.isError) submit.reset();
    act(action);
  };
  const faults = faultsOf(submit.error ?? offer.error);
  const axisFaults = [...axes.keys()].flatMap((id, at) => {
    const fault = faults.fields[`axes[${at}]`];
    return fault ? [[id, fault] as const] : [];
  });

  if (seesMatrix) {
    return <BatchMatrix plan={plan} onBack={() => setSeesMatrix(false)} onClose={onClose} />;
  }
  return (
    <>
      <ConfigurationTabs sceneTypeId={sceneType.id} draft={draft} act={edit} />
      <ConfigurationForm
        key={draft.active}
        configuration={active}
        sceneType={sceneType}
        workflow={workflow}
        slots={ownSlots ?? slots}
        isSide={isPair(plan)}
        characterIds={characterIds}
        faults={faults.fields}
        act={edit}
      />
      {!sceneId && (
        <AxesForm
          axes={axisDrafts}
          slots={slots}
          workflowId={sceneType.workflow_id}
          faults={new Map(axisFaults)}
          baseline={baseline}
          onChange={(changed) => {
            if (submit.isError) submit.reset();
            setAxisDrafts(changed);
          }}
          onBaseline={setBaseline}
        />
      )}
      <RenderOptions value={options} isBatch={ways(plan).includes("batch")} onChange={setOptions} />
      <footer className={style.footer}>
        <OfferLine offer={offer} fault={faults.general ?? whyNot(plan)} />
        <SubmitBar plan={plan} submit={submit} onMatrix={() => setSeesMatrix(true)} />
      </footer>
    </>
  );
}
