/** The batch before it is paid for: every cell, what is rendered for it, and what all of it costs. */

import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Check, CircleDashed } from "lucide-react";
import { useState } from "react";
import { api, read } from "@/api/client";
import { ProblemError } from "@/api/problem";
import type { components } from "@/api/schema";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { percent } from "@/ui/format";
import { GridTable } from "@/ui/GridTable";
import { Loading } from "@/ui/States";
import style from "./BatchMatrix.module.css";
import { matrix } from "./matrix";
import { gpuPrice } from "./OfferLine";
import { batchBody, type Plan } from "./requests";
import { useSubmit } from "./use-submit";

type BatchPreview = components["schemas"]["BatchPreview"];
type Cell = components["schemas"]["PreviewedCell"];

interface BatchMatrixProps {
  plan: Plan;
  onBack: () => void;
  onClose: () => void;
}

export function BatchMatrix({ plan, onBack, onClose }: BatchMatrixProps) {
  const body = { ...batchBody(plan), dry_run: true };
  const preview = useQuery({
    queryKey: ["batch-preview", body],
    queryFn: async () => (await read(api.POST("/api/test-shots/batch", { body }))) as BatchPreview,
    gcTime: 0,
  });
  const back = (
    <Button look="quiet" onClick={onBack} className={style.back}>
      <ArrowLeft aria-hidden />
      Back to the configurations
    </Button>
  );
  if (preview.isPending) return <Loading cards={2} label="Laying out the batch" />;
  if (preview.isError) {
    return (
      <>
        {back}
        <p className={style.fault} role="alert">
          {preview.error.message}
        </p>
      </>
    );
  }
  return (
    <>
      {back}
      <div className={style.scroll}>
        <GridTable caption="Cells of the batch" className={style.table} {...matrix(preview.data)}>
          {(cell) => <State cell={cell} />}
        </GridTable>
      </div>
      <Pay preview={preview.data} plan={plan} onClose={onClose} />
    </>
  );
}

function State({ cell }: { cell: Cell }) {
  if (cell.is_rendered || cell.is_kept) {
    return (
      <span className={style.there} title={`${cell.label}: the same has been rendered`}>
        <Check aria-label="Reused" />
      </span>
    );
  }
  const words = cell.is_rendering ? "Shared with a render under way" : "To be rendered";
  return (
    <span title={`${cell.label}: ${words}`}>
      <CircleDashed aria-label={words} />
    </span>
  );
}

function Pay({
  preview,
  plan,
  onClose,
}: Omit<BatchMatrixProps, "onBack"> & { preview: BatchPreview }) {
  const [name, setName] = useState("");
  const submit = useSubmit(plan, onClose);
  const { count, to_render, quote, limit } = preview;
  const reused = count - to_render;
  const couldWait = submit.error instanceof ProblemError && submit.error.is("no-worker-can-render");
  return (
    <footer className={style.pay}>
      <TextField
        label="Name"
        hint="So that others find it."
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <p>
        <strong className="number">{count} test shots</strong>, {to_render} to be rendered
        {reused > 0 && `, ${reused} reused`}: {gpuPrice(quote)}
        {quote.renders > 0 && `, ${percent(quote.share_of_scenes)} of the scenes`}.
      </p>
      {submit.isError && (
        <p className={style.fault} role="alert">
          {submit.error.message}
        </p>
      )}
      <div className={style.actions}>
        {couldWait && (
          <Button onClick={() => submit.mutate({ way: "batch", name, waits: true })}>
            Let it wait for a worker
          </Button>
        )}
        <Button
          look="primary"
          disabled={submit.isPending || count > limit}
          onClick={() => submit.mutate({ way: "batch", name })}
        >
          {count > limit ? `At most ${limit} in a batch` : pays(to_render, count)}
        </Button>
      </div>
    </footer>
  );
}

function pays(toRender: number, count: number): string {
  if (toRender === 0) return `Take all ${count}`;
  return toRender === 1 ? "Render 1 shot" : `Render ${toRender} shots`;
}
