/** One preset in the menu: apply it, give it another name, or delete it after a yes. */

import { Check, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Preset } from "@/api/types";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { PresetRename } from "./PresetRename";
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
  const close = () => setWay(undefined);
  if (way === "rename") {
    return (
      <li className={style.item}>
        <PresetRename name={preset.name} busy={busy} onRename={on.onRename} onClose={close} />
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
        <Button size="s" look="quiet" autoFocus onClick={close}>
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
        onClick={() => setWay("rename")}
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
