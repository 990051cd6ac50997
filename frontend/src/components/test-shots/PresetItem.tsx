/** One preset in the menu: apply it, give it another name, or delete it after a yes. */

import { Check, Pencil, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Preset } from "@/api/types";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import style from "./Presets.module.css";
import { summary } from "./presets";
import type { Overrides } from "./shot-request";

interface PresetItemProps {
  preset: Preset;
  isShown: boolean;
  busy: boolean;
  onApply: () => void;
  /** Whether it was done. */
  onRename: (name: string) => Promise<boolean>;
  onRemove: () => Promise<boolean>;
}

export function PresetItem({ preset, isShown, busy, ...on }: PresetItemProps) {
  const [way, setWay] = useState<"rename" | "remove">();
  const [name, setName] = useState(preset.name);
  const rename = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() && (await on.onRename(name.trim()))) setWay(undefined);
  };
  if (way === "rename") {
    return (
      <li className={style.item}>
        <form className={style.rename} onSubmit={rename}>
          <input
            aria-label={`New name of ${preset.name}`}
            // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was pressed
            autoFocus
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Escape") return;
              event.stopPropagation();
              setWay(undefined);
            }}
          />
          <Button size="s" type="submit" disabled={!name.trim() || busy}>
            Rename
          </Button>
        </form>
      </li>
    );
  }
  if (way === "remove") {
    return (
      <li className={style.item}>
        <p className={style.ask}>Delete “{preset.name}” for everybody?</p>
        <Button size="s" look="danger" disabled={busy} onClick={() => void on.onRemove()}>
          Delete
        </Button>
        <Button size="s" look="quiet" autoFocus onClick={() => setWay(undefined)}>
          No
        </Button>
      </li>
    );
  }
  return (
    <li className={style.item} data-on={isShown || undefined}>
      <button type="button" className={style.apply} onClick={on.onApply}>
        <span>
          {preset.name}
          {isShown && <Check aria-label="it is what is edited" />}
        </span>
        <span>{summary(preset.overrides as Overrides)}</span>
      </button>
      <IconButton
        icon={Pencil}
        size="s"
        label={`Rename ${preset.name}`}
        title="Rename"
        onClick={() => {
          setName(preset.name);
          setWay("rename");
        }}
      />
      <IconButton
        icon={Trash2}
        size="s"
        label={`Delete ${preset.name}`}
        title="Delete"
        onClick={() => setWay("remove")}
      />
    </li>
  );
}
