import type { MeasureCalibration } from "@/api/types";
import { measureName } from "@/components/scenes/trends";
import { parameter } from "@/ui/format";
import { Table } from "@/ui/Table";
import type { Faults, LimitsDraft } from "./draft";
import style from "./SceneTypeForm.module.css";

interface LimitsTableProps {
  measures: MeasureCalibration[];
  limits: Record<string, LimitsDraft>;
  faults: Faults;
  disabled: boolean;
  onChange: (measure: string, limits: LimitsDraft) => void;
}

const SIDES = ["warn", "fail"] as const;

/** Where each measure warns and fails; an empty field is the check's own limit. */
export function LimitsTable({ measures, limits, faults, disabled, onChange }: LimitsTableProps) {
  // A limit for a measure that is not known here is kept, and can be taken away.
  const names = new Set([...measures.map(({ measure }) => measure), ...Object.keys(limits)]);
  const known = new Map(measures.map((one) => [one.measure, one]));
  return (
    <Table
      label="Table of limits"
      head={["Measure", "Unit", "Warns at", "Fails at"]}
      className={style.limits}
    >
      <tbody>
        {[...names].map((measure) => {
          const usual = known.get(measure);
          const own = limits[measure] ?? { warn: "", fail: "" };
          return (
            <tr key={measure}>
              <th scope="row">{measureName(measure)}</th>
              <td>{usual?.unit}</td>
              {SIDES.map((side) => (
                <td key={side}>
                  <input
                    inputMode="decimal"
                    aria-label={`${measureName(measure)} ${side}s at`}
                    aria-invalid={faults[`qa.limits.${measure}.${side}`] ? true : undefined}
                    value={own[side]}
                    disabled={disabled}
                    placeholder={
                      usual?.present[side] == null ? "never" : parameter(usual.present[side])
                    }
                    onChange={(event) => onChange(measure, { ...own, [side]: event.target.value })}
                  />
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}
