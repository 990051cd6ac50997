import { X } from "lucide-react";
import { type FormEvent, useState } from "react";
import style from "./ShotTags.module.css";

interface ShotTagsProps {
  tags: string[];
  /** Without it they are only shown. */
  onChange?: (tags: string[]) => void;
}

export function ShotTags({ tags, onChange }: ShotTagsProps) {
  const [typed, setTyped] = useState("");
  const add = (event: FormEvent) => {
    event.preventDefault();
    const tag = typed.trim().replace(/^#/, "");
    if (tag && !tags.includes(tag)) onChange?.([...tags, tag]);
    setTyped("");
  };
  return (
    <form className={style.tags} onSubmit={add}>
      {tags.map((tag) => (
        <span key={tag} className={style.tag}>
          #{tag}
          {onChange && (
            <button
              type="button"
              aria-label={`Remove the tag ${tag}`}
              onClick={() => onChange(tags.filter((one) => one !== tag))}
            >
              <X size={12} aria-hidden />
            </button>
          )}
        </span>
      ))}
      {onChange && (
        <input
          aria-label="Add a tag"
          placeholder="Add a tag"
          maxLength={40}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
    </form>
  );
}
