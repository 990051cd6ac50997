import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { LibraryEntry } from "@/api/types";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";
import list from "@/ui/catalogue.module.css";
import { counted } from "@/ui/format";
import { Panel } from "@/ui/Panel";
import { Failure, Loading } from "@/ui/States";
import { say, sayError } from "@/ui/toast";
import { importFromLibrary } from "./actions";
import { libraryQuery } from "./queries";
import style from "./Workflows.module.css";

/** Ready workflows that come with Screentest. */
export function LibraryPanel() {
  const { data, error } = useQuery(libraryQuery);
  const may = useMay("creator");
  const navigate = useNavigate();
  const [busy, setBusy] = useState<string>();
  const take = async (entry: LibraryEntry) => {
    setBusy(entry.name);
    try {
      const made = await importFromLibrary(entry.name);
      say(`“${made.name}” is imported as version ${made.version}.`);
      await navigate({ to: "/workflows/$workflowId", params: { workflowId: String(made.id) } });
    } catch (failed) {
      sayError(failed);
    }
    setBusy(undefined);
  };
  return (
    <Panel
      title="Library"
      about="Ready workflows. Their model files are not downloaded: a worker has to have them."
    >
      {error ? (
        <Failure error={error} />
      ) : !data ? (
        <Loading cards={2} />
      ) : (
        <ul className={style.library}>
          {data.map((entry) => (
            <li key={entry.name}>
              <div>
                <h3>{entry.title}</h3>
                <p className={list.faint}>{entry.description}</p>
                <p className={`${list.line} number`}>
                  <span>
                    {entry.defaults.width} × {entry.defaults.height}, {entry.defaults.frames}{" "}
                    frames, {entry.defaults.fps} fps
                  </span>
                  {entry.vram_gb && <span>{entry.vram_gb} GB of VRAM</span>}
                  <span>{entry.slots.length} slots</span>
                </p>
              </div>
              {may && (
                <Button size="s" disabled={busy !== undefined} onClick={() => void take(entry)}>
                  {busy === entry.name ? "Importing…" : "Import"}
                </Button>
              )}
              <details>
                <summary>
                  {entry.models.length
                    ? counted(entry.models.length, "model file")
                    : "No model files"}
                </summary>
                <ul>
                  {entry.models.map(({ folder, file, size_gb, source }) => (
                    <li key={`${folder}/${file}`}>
                      <code>
                        {folder}/{file}
                      </code>
                      , {size_gb} GB, from {source}
                    </li>
                  ))}
                </ul>
              </details>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
