import { Plus, X } from "lucide-react";
import { useState } from "react";
import type { Character } from "@/api/types";
import { Button } from "@/ui/Button";
import list from "@/ui/catalogue.module.css";
import { IconButton } from "@/ui/IconButton";
import { Panel } from "@/ui/Panel";
import { say, sayError } from "@/ui/toast";
import { saveCharacter } from "./actions";
import style from "./Characters.module.css";
import { type Faults, metadataOf, newRow, placeholders, type Row, rowsOf } from "./metadata";

interface MetadataEditorProps {
  character: Character;
  disabled: boolean;
}

/** What fills the placeholders of prompts. What is typed is kept when the character is reloaded. */
export function MetadataEditor({ character, disabled }: MetadataEditorProps) {
  const [rows, setRows] = useState<Row[]>(() => rowsOf(character.metadata));
  const [faults, setFaults] = useState<Faults>({});
  const [busy, setBusy] = useState(false);
  const current = metadataOf(rows);
  const isChanged = JSON.stringify(current.metadata) !== JSON.stringify(character.metadata);
  const change = (id: number, what: Partial<Row>) =>
    setRows(rows.map((row) => (row.id === id ? { ...row, ...what } : row)));

  const save = async () => {
    setFaults(current.faults);
    if (Object.keys(current.faults).length) return;
    setBusy(true);
    try {
      await saveCharacter(character.id, { metadata: current.metadata });
      say("Saved. Shots that were asked for before keep the prompts they had.");
    } catch (error) {
      sayError(error);
    }
    setBusy(false);
  };

  return (
    <Panel
      title="Metadata"
      about="Fills the placeholders of prompts: {hair}, {outfit.colour}. {name} is the character's name."
    >
      <form
        className={list.form}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <ul className={style.rows}>
          {rows.map((row) => (
            <MetadataRow
              key={row.id}
              row={row}
              fault={faults[row.id]}
              disabled={disabled}
              onChange={(what) => change(row.id, what)}
              onRemove={() => setRows(rows.filter(({ id }) => id !== row.id))}
            />
          ))}
        </ul>
        <p className={list.faint}>
          {placeholders(current.metadata)
            .map(([name]) => `{${name}}`)
            .join("  ")}
        </p>
        {!disabled && (
          <div className={list.actions}>
            <Button onClick={() => setRows([...rows, newRow()])}>
              <Plus aria-hidden /> Add a value
            </Button>
            <Button
              type="submit"
              look="primary"
              disabled={busy || (!isChanged && !Object.keys(current.faults).length)}
            >
              Save metadata
            </Button>
          </div>
        )}
      </form>
    </Panel>
  );
}

interface MetadataRowProps {
  row: Row;
  fault?: string;
  disabled: boolean;
  onChange: (what: Partial<Row>) => void;
  onRemove: () => void;
}

function MetadataRow({ row, fault, disabled, onChange, onRemove }: MetadataRowProps) {
  const named = row.key || "the new value";
  return (
    <li className={style.row}>
      <label>
        <span className="visually-hidden">Name</span>
        <input
          value={row.key}
          placeholder="hair"
          disabled={disabled}
          onChange={(event) => onChange({ key: event.target.value })}
        />
      </label>
      <label>
        <span className="visually-hidden">Value of {named}</span>
        <textarea
          rows={1}
          className={row.kind === "json" ? "mono" : undefined}
          value={row.value}
          disabled={disabled}
          aria-invalid={fault ? true : undefined}
          onChange={(event) => onChange({ value: event.target.value })}
        />
      </label>
      <label>
        <span className="visually-hidden">Kind of {named}</span>
        <select
          value={row.kind}
          disabled={disabled}
          onChange={(event) => onChange({ kind: event.target.value as Row["kind"] })}
        >
          <option value="text">Text</option>
          <option value="json">JSON</option>
        </select>
      </label>
      <IconButton icon={X} disabled={disabled} label={`Remove ${named}`} onClick={onRemove} />
      {fault && <p className={style.wrong}>{fault}</p>}
    </li>
  );
}
