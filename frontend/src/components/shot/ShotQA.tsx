/** Why a test shot has its score: every check, the worst first, with the frame that shows it best. */

import { useQuery } from "@tanstack/react-query";
import { mediaUrl } from "@/api/client";
import type { components } from "@/api/schema";
import type { Shot } from "@/api/types";
import { parameter } from "@/ui/format";
import { Failure, Loading } from "@/ui/States";
import { VerdictLight } from "@/ui/VerdictLight";
import { Section } from "./Section";
import style from "./ShotQA.module.css";
import { shotQAQuery } from "./use-shot";

type Check = components["schemas"]["CheckReport"];
type Measure = components["schemas"]["MeasureReport"];

export function ShotQA({ shot }: { shot: Shot }) {
  const isScored = shot.verdict !== null;
  const qa = useQuery({ ...shotQAQuery(shot.id), enabled: isScored });
  if (!isScored) return null;
  if (qa.isPending) return <Loading cards={1} label="Loading QA" />;
  if (qa.isError) return <Failure error={qa.error} retry={() => void qa.refetch()} />;
  const { verdict, score, summary, checks } = qa.data;
  const stands = checks.filter((check) => check.verdict === "warn" || check.verdict === "fail");
  const rest = checks.filter((check) => !stands.includes(check));
  return (
    <Section title="QA" action={<VerdictLight verdict={verdict} score={score} />}>
      <p className={style.summary}>{summary}</p>
      {stands.map((check) => (
        <Report key={check.name} check={check} />
      ))}
      {rest.length > 0 && (
        <details className={style.rest} open>
          <summary>
            {rest.length} {stands.length ? "other checks" : "checks"}
          </summary>
          {rest.map((check) => (
            <Report key={check.name} check={check} />
          ))}
        </details>
      )}
    </Section>
  );
}

function Report({ check }: { check: Check }) {
  return (
    <article className={style.check}>
      {check.measures.map((measure) => (
        <Line key={measure.name} measure={measure} />
      ))}
    </article>
  );
}

function Line({ measure }: { measure: Measure }) {
  const { name, unit, value, ideal, warn, fail, still, frame, message, decided, verdict } = measure;
  const isFlawless = value !== null && value === ideal;
  return (
    <div className={style.measure}>
      <h3>
        <VerdictLight verdict={verdict} />
        <span>{words(name)}</span>
        <span className="number" data-decided={decided || undefined}>
          {value === null ? "not measured" : `${short(value)} ${unit}`}
        </span>
      </h3>
      {!isFlawless && value !== null && warn !== null && fail !== null && (
        <p>
          warns at {short(warn)}, fails at {short(fail)}
          {decided && ", decides the score"}
        </p>
      )}
      {message && <p>{message}</p>}
      {still && (
        <figure>
          <img
            src={mediaUrl(still)}
            alt={`Frame ${frame}, where ${words(name)} shows best`}
            loading="lazy"
          />
          <figcaption>Frame {frame}</figcaption>
        </figure>
      )}
    </div>
  );
}

function words(name: string): string {
  return name.replaceAll("_", " ");
}

function short(value: number): string {
  return parameter(Number(value.toPrecision(3)));
}
