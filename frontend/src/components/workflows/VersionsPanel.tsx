import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { VersionSummary } from "@/api/types";
import list from "@/ui/catalogue.module.css";
import { SelectField } from "@/ui/Field";
import { ago } from "@/ui/format";
import { Panel } from "@/ui/Panel";
import { Failure } from "@/ui/States";
import { DiffView } from "./DiffView";
import { diffQuery, versionsQuery } from "./queries";
import style from "./Workflows.module.css";

const words = ({ version, created_by, created_at }: VersionSummary) =>
  `Version ${version}${created_by ? `, ${created_by}` : ""}, ${ago(created_at)}`;

/** Every version a workflow had, and what changed from one to another. */
export function VersionsPanel({ workflowId }: { workflowId: number }) {
  const { data: versions, error } = useQuery(versionsQuery(workflowId));
  const [picked, setPicked] = useState<{ from?: number; to?: number }>({});
  const to = picked.to ?? versions?.[0]?.version ?? 0;
  const from = picked.from ?? versions?.[1]?.version ?? 0;
  const differ = from > 0 && to > 0 && from !== to;
  const diff = useQuery({ ...diffQuery(workflowId, from, to), enabled: differ });
  if (error) return <Failure error={error} />;
  if (!versions) return null;
  if (versions.length < 2) {
    return (
      <Panel title="Versions">
        <p className={list.faint}>
          {versions[0] ? words(versions[0]) : "No version"}. Import it again under the same name to
          make another.
        </p>
      </Panel>
    );
  }
  const choices = versions.map((one) => (
    <option key={one.version} value={one.version}>
      {words(one)}
    </option>
  ));
  return (
    <Panel title="Versions" about="What was asked for with a version keeps it.">
      <div className={style.choose}>
        <SelectField
          label="From"
          value={from}
          onChange={(event) => setPicked({ ...picked, from: Number(event.target.value) })}
        >
          {choices}
        </SelectField>
        <SelectField
          label="To"
          value={to}
          onChange={(event) => setPicked({ ...picked, to: Number(event.target.value) })}
        >
          {choices}
        </SelectField>
      </div>
      {!differ ? (
        <p className={list.faint}>Choose two versions.</p>
      ) : diff.error ? (
        <Failure error={diff.error} />
      ) : (
        diff.data && <DiffView diff={diff.data} />
      )}
    </Panel>
  );
}
