/** What one thinks of a test shot: a word, stars, tags, a note. */

import { Check, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Shot } from "@/api/types";
import { useShortcuts } from "@/app/shortcuts";
import { type ReviewChanges, toggled, useReview } from "@/components/test-shots/review";
import { reviewKeys } from "@/components/test-shots/use-gallery-keys";
import { useMay } from "@/session/session";
import { Button } from "@/ui/Button";
import { ago } from "@/ui/format";
import { Stars } from "@/ui/Stars";
import { Section } from "./Section";
import style from "./ShotReview.module.css";

export function ShotReview({ shot }: { shot: Shot }) {
  const review = useReview();
  const may = useMay("creator");
  const say = (changes: ReviewChanges) => review.mutate({ shot, changes: toggled(shot, changes) });
  useShortcuts("Review", reviewKeys(say), may);
  const { decision, rating, tags, by_name, at } = shot.review ?? {};
  return (
    <Section
      title="Review"
      action={at && <span className={style.by}>{`${by_name}, ${ago(at)}`}</span>}
    >
      <div className={style.row}>
        <Button
          size="s"
          disabled={!may}
          aria-pressed={decision === "approved"}
          className={style.approve}
          title="a"
          onClick={() => say({ decision: "approved" })}
        >
          <Check aria-hidden />
          {decision === "approved" ? "Approved" : "Approve"}
        </Button>
        <Button
          size="s"
          disabled={!may}
          aria-pressed={decision === "rejected"}
          className={style.reject}
          title="r"
          onClick={() => say({ decision: "rejected" })}
        >
          <X aria-hidden />
          {decision === "rejected" ? "Rejected" : "Reject"}
        </Button>
        <Stars value={rating} onRate={may ? (next) => say({ rating: next }) : undefined} />
      </div>
      <Tags tags={tags ?? []} onChange={may ? (next) => say({ tags: next }) : undefined} />
      <Note
        key={shot.id}
        note={shot.review?.note ?? ""}
        may={may}
        onChange={(note) => say({ note })}
      />
    </Section>
  );
}

function Tags({ tags, onChange }: { tags: string[]; onChange?: (tags: string[]) => void }) {
  const [typed, setTyped] = useState("");
  const add = (event: FormEvent) => {
    event.preventDefault();
    const tag = typed.trim().replace(/^#/, "");
    if (tag && !tags.includes(tag)) onChange?.([...tags, tag]);
    setTyped("");
  };
  return (
    <form className={style.row} onSubmit={add}>
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

interface NoteProps {
  note: string;
  may: boolean;
  onChange: (note: string) => void;
}

/** Kept when one leaves it. */
function Note({ note, may, onChange }: NoteProps) {
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
