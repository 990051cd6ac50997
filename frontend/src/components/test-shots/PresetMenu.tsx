/** What is kept under a name: taken up with a click, and what is edited kept beside it. */

import { type FormEvent, useState } from "react";
import { sentence } from "@/api/problem";
import type { Preset } from "@/api/types";
import { Button } from "@/ui/Button";
import { type Configuration, hasOverrides, overrides } from "./configurations";
import { PresetItem } from "./PresetItem";
import style from "./Presets.module.css";
import type { PresetActions } from "./preset-actions";
import { summary } from "./presets";

interface PresetMenuProps {
  presets: readonly Preset[];
  /** The one that the configuration is. */
  shown: Preset | undefined;
  configuration: Configuration;
  error: unknown;
  actions: PresetActions;
  onApply: (preset: Preset) => void;
}

export function PresetMenu(props: PresetMenuProps) {
  const { presets, shown, configuration, actions, onApply } = props;
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const wanted = name.trim();
  const same = presets.find((preset) => preset.name === wanted);
  const run = async (action: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setFault(undefined);
    try {
      await action();
      return true;
    } catch (error) {
      setFault(error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  const keep = async (event: FormEvent) => {
    event.preventDefault();
    if (!wanted) return;
    const asked = overrides(configuration);
    const isKept = await run(() =>
      same ? actions.replace(same.id, asked) : actions.keep(wanted, asked),
    );
    if (isKept) setName("");
  };
  const error = fault ?? props.error;
  return (
    <>
      {presets.length === 0 && (
        <p className={style.none}>
          No presets yet. One keeps what a configuration changes of its scene type, for everybody.
        </p>
      )}
      <ul className={style.list}>
        {presets.map((preset) => (
          <PresetItem
            key={preset.id}
            preset={preset}
            isShown={preset === shown}
            busy={busy}
            onApply={() => onApply(preset)}
            onRename={(to) => run(() => actions.rename(preset.id, to))}
            onRemove={() => run(() => actions.remove(preset.id))}
          />
        ))}
      </ul>
      {error !== undefined && error !== null && (
        <p className={style.fault} role="alert">
          {sentence(error)}
        </p>
      )}
      {hasOverrides(configuration) && !shown && (
        <form className={style.keep} onSubmit={keep}>
          <p>
            Keep {configuration.name || "this"}: <span>{summary(overrides(configuration))}</span>
          </p>
          <div>
            <input
              aria-label="Name of the preset"
              placeholder="Name of the preset"
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <Button size="s" type="submit" disabled={!wanted || busy}>
              {same ? "Replace" : "Keep"}
            </Button>
          </div>
        </form>
      )}
    </>
  );
}
