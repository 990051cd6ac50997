import { type FormEvent, useState } from "react";
import { Button } from "@/ui/Button";
import style from "./Presets.module.css";

interface PresetRenameProps {
  name: string;
  busy: boolean;
  /** Whether it was done. */
  onRename: (name: string) => Promise<boolean>;
  onClose: () => void;
}

/** Another name for a preset; Escape leaves it as it was. */
export function PresetRename({ name, busy, onRename, onClose }: PresetRenameProps) {
  const [typed, setTyped] = useState(name);
  const wanted = typed.trim();
  const rename = async (event: FormEvent) => {
    event.preventDefault();
    if (wanted && (await onRename(wanted))) onClose();
  };
  return (
    <form className={style.rename} onSubmit={rename}>
      <input
        aria-label={`New name of ${name}`}
        // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was pressed
        autoFocus
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          onClose();
        }}
      />
      <Button size="s" type="submit" disabled={!wanted || busy}>
        Rename
      </Button>
    </form>
  );
}
