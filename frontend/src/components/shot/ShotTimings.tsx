/** Where the seconds went, and what they cost. */

import type { Shot, Timings } from "@/api/types";
import { seconds } from "@/ui/format";
import style from "./Facts.module.css";
import { Section } from "./Section";

const PHASES: { key: keyof Timings; name: string; share: string }[] = [
  { key: "queue_s", name: "Waiting", share: "0%" },
  { key: "load_s", name: "Loading", share: "35%" },
  { key: "render_s", name: "Rendering", share: "100%" },
  { key: "store_s", name: "Storing", share: "55%" },
  { key: "qa_s", name: "QA", share: "75%" },
];

export function ShotTimings({ shot }: { shot: Shot }) {
  const { timings, gpu_seconds, gpu_seconds_spent, reused, worker } = shot;
  const phases = PHASES.map((phase) => ({ ...phase, value: timings?.[phase.key] ?? null })).filter(
    ({ value }) => value !== null,
  );
  const failed = (gpu_seconds_spent ?? 0) - (gpu_seconds ?? 0);
  return (
    <Section title="Time and cost">
      {phases.length > 0 && (
        <>
          <div className={style.bar} aria-hidden>
            {phases.map(({ key, value, share }) => (
              <i
                key={key}
                style={{ flexGrow: value ?? 0, "--share": share } as React.CSSProperties}
              />
            ))}
          </div>
          <ul className={style.legend}>
            {phases.map(({ key, name, value, share }) => (
              <li key={key}>
                <i aria-hidden style={{ "--share": share } as React.CSSProperties} />
                {name} {seconds(value)}
              </li>
            ))}
          </ul>
        </>
      )}
      <dl className={style.facts}>
        <Fact name="GPU" value={reused ? "Nothing: reused" : seconds(gpu_seconds)} />
        {failed > 0.5 && <Fact name="Failed attempts" value={seconds(failed)} />}
        {shot.estimate?.gpu_seconds && (
          <Fact name="Expected" value={seconds(shot.estimate.gpu_seconds.median)} />
        )}
        {worker && <Fact name="Worker" value={worker} />}
        <Fact name="Asked for" value={new Date(shot.created_at).toLocaleString()} />
      </dl>
    </Section>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd title={value}>{value}</dd>
    </div>
  );
}
