/** What one thinks of a test shot: a word, stars, tags, a note. */

import type { Shot } from "@/api/types";
import { useShortcuts } from "@/app/shortcuts";
import { DecisionButtons } from "@/components/test-shots/DecisionButtons";
import { type ReviewChanges, toggled, useReview } from "@/components/test-shots/review";
import { reviewKeys } from "@/components/test-shots/use-gallery-keys";
import { useMay } from "@/session/session";
import { ago } from "@/ui/format";
import { Stars } from "@/ui/Stars";
import { Section } from "./Section";
import { ShotNote } from "./ShotNote";
import style from "./ShotReview.module.css";
import { ShotTags } from "./ShotTags";

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
        <DecisionButtons
          decision={decision}
          disabled={!may}
          onDecide={(said) => say({ decision: said })}
        />
        <Stars value={rating} onRate={may ? (next) => say({ rating: next }) : undefined} />
      </div>
      <ShotTags tags={tags ?? []} onChange={may ? (next) => say({ tags: next }) : undefined} />
      <ShotNote
        key={shot.id}
        note={shot.review?.note ?? ""}
        may={may}
        onChange={(note) => say({ note })}
      />
    </Section>
  );
}
