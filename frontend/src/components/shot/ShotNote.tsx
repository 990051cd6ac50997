import { useState } from "react";
import style from "./ShotNote.module.css";

interface ShotNoteProps {
  note: string;
  may: boolean;
  onChange: (note: string) => void;
}

/** What one writes about a test shot: kept when one leaves it. */
export function ShotNote({ note, may, onChange }: ShotNoteProps) {
  const [typed, setTyped] = useState<string>();
  if (!may) return note ? <p className={style.said}>{note}</p> : null;
  return (
    <textarea
      className={style.note}
      aria-label="Note"
      placeholder="Note"
      rows={2}
      maxLength={4000}
      value={typed ?? note}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => {
        if (typed !== undefined && typed !== note) onChange(typed);
        setTyped(undefined);
      }}
    />
  );
}
