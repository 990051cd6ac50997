/** With whom: one character, or several for a batch. */

import { useState } from "react";
import type { Character } from "@/api/types";
import style from "./CharacterPicker.module.css";

interface CharacterPickerProps {
  characters: Character[];
  value: readonly number[];
  onChange: (ids: number[]) => void;
}

/** More than these are looked for by name. */
const MANY = 10;

export function CharacterPicker({ characters, value, onChange }: CharacterPickerProps) {
  const [looked, setLooked] = useState("");
  const shown = characters.filter(
    ({ id, name }) => value.includes(id) || name.toLowerCase().includes(looked.toLowerCase()),
  );
  const toggle = (id: number, on: boolean) =>
    onChange(on ? [...value, id] : value.filter((one) => one !== id));
  return (
    <fieldset className={style.picker}>
      <legend>Characters</legend>
      {characters.length > MANY && (
        <input
          type="search"
          aria-label="Look for a character"
          placeholder="Look for a character"
          value={looked}
          onChange={(event) => setLooked(event.target.value)}
        />
      )}
      <div className={style.characters}>
        {shown.map(({ id, name, images }) => (
          <label key={id} data-on={value.includes(id) || undefined} title={name}>
            <input
              type="checkbox"
              className="visually-hidden"
              checked={value.includes(id)}
              disabled={!images?.length}
              onChange={(event) => toggle(id, event.target.checked)}
            />
            {images?.[0] ? <img src={images[0].url} alt="" loading="lazy" /> : <i aria-hidden />}
            <span>{name}</span>
            {!images?.length && <span className="visually-hidden">, has no source image</span>}
          </label>
        ))}
      </div>
      {value.length === 0 && <p>Choose at least one; those without a source image cannot be.</p>}
    </fieldset>
  );
}
