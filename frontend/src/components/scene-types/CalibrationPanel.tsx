import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Calibration, SceneType } from "@/api/types";
import { measureName } from "@/components/scenes/trends";
import { Button } from "@/ui/Button";
import list from "@/ui/catalogue.module.css";
import { Fact, Facts } from "@/ui/Facts";
import { counted, parameter, percent } from "@/ui/format";
import { Panel } from "@/ui/Panel";
import { Table } from "@/ui/Table";
import { say, sayError } from "@/ui/toast";
import { acceptLimits, judgeAgain } from "./actions";
import { calibrationQuery } from "./queries";

interface CalibrationPanelProps {
  sceneTypeId: number;
  disabled: boolean;
  onAccepted: (saved: SceneType) => void;
}

type Fit = Calibration["present"];

const share = (value: number | null) => (value == null ? "–" : percent(value));
const words = (fit: Fit) =>
  `precision ${share(fit.precision)}, recall ${share(fit.recall)} (${fit.caught} caught, ${fit.wronged} wronged)`;

/** Limits learned from what people approved and rejected. */
export function CalibrationPanel({ sceneTypeId, disabled, onAccepted }: CalibrationPanelProps) {
  const { data, refetch } = useQuery(calibrationQuery(sceneTypeId));
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  if (!data) return null;
  const proposals = data.measures.filter(({ measure }) => data.limits[measure]);
  const taken = proposals.filter(({ measure }) => !left.has(measure));
  const toggle = (measure: string) => {
    const next = new Set(left);
    if (!next.delete(measure)) next.add(measure);
    setLeft(next);
  };
  const run = async (work: () => Promise<unknown>) => {
    setBusy(true);
    await work().catch(sayError);
    setBusy(false);
  };
  const accept = () =>
    run(async () => {
      const limits = Object.fromEntries(
        taken.map(({ measure }) => {
          const { warn, fail } = data.limits[measure]!;
          return [measure, { warn: warn ?? 0, fail: fail ?? 0 }];
        }),
      );
      onAccepted(await acceptLimits(sceneTypeId, limits));
      await refetch();
      say("The limits count for what is scored from now on. Judge again for the rest.");
    });
  const again = () =>
    run(async () => say(`${await judgeAgain(sceneTypeId)} clips are judged again.`));
  const reason = data.measures.find((one) => one.reason)?.reason;
  return (
    <Panel
      title="Calibration"
      about={`Learned from ${data.approved} approved and ${data.rejected} rejected test shots of this scene type.`}
      actions={
        !disabled && (
          <>
            <Button size="s" disabled={busy} onClick={() => void again()}>
              Judge everything again
            </Button>
            {proposals.length > 0 && (
              <Button
                size="s"
                look="primary"
                disabled={busy || !taken.length}
                onClick={() => void accept()}
              >
                Take {counted(taken.length, "limit")}
              </Button>
            )}
          </>
        )
      }
    >
      {!proposals.length ? (
        <p className={list.faint}>
          Nothing is proposed{reason ? `. ${reason}` : "."} Approve and reject test shots to teach
          it.
        </p>
      ) : (
        <>
          <Facts list>
            <Fact name="As it is">{words(data.present)}</Fact>
            <Fact name="As proposed">{words(data.proposed)}</Fact>
          </Facts>
          <Table
            label="Proposed limits"
            head={["Take", "Measure", "Fails now at", "Would fail at", "Precision", "Recall"]}
          >
            <tbody>
              {proposals.map(({ measure, present, proposed }) => (
                <tr key={measure}>
                  <td>
                    <input
                      type="checkbox"
                      aria-label={`Take the limits of ${measureName(measure)}`}
                      checked={!left.has(measure)}
                      disabled={disabled}
                      onChange={() => toggle(measure)}
                    />
                  </td>
                  <td>{measureName(measure)}</td>
                  <td>{present.fail == null ? "never" : parameter(present.fail)}</td>
                  <td>{proposed?.fail == null ? "" : parameter(proposed.fail)}</td>
                  <td>{share(proposed?.failed.precision ?? null)}</td>
                  <td>{share(proposed?.failed.recall ?? null)}</td>
                </tr>
              ))}
            </tbody>
          </Table>
        </>
      )}
    </Panel>
  );
}
