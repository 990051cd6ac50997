import type { Slot } from "@/api/types";
import { rangeOf } from "@/components/scene-types/slot-groups";
import { parameter } from "@/ui/format";
import { Panel } from "@/ui/Panel";
import { Table } from "@/ui/Table";

const MOST_CHOICES = 6;

function allowed(slot: Slot): string {
  const choices = slot.choices ?? [];
  if (!choices.length) return rangeOf(slot);
  const more = choices.length - MOST_CHOICES;
  return choices.slice(0, MOST_CHOICES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** What of a workflow can be set, and where in the graph it goes. */
export function SlotTable({ slots, titles }: { slots: Slot[]; titles: Record<string, string> }) {
  return (
    <Panel title="Slots" about="What a scene type or a test shot can set.">
      <Table label="Table of slots" head={["Slot", "Kind", "Default", "Allowed", "In the graph"]}>
        <tbody>
          {slots.map((slot) => (
            <tr key={`${slot.name}/${slot.node}/${slot.input}`}>
              <th scope="row">{slot.name}</th>
              <td>{slot.kind}</td>
              <td>{slot.default == null || slot.default === "" ? "–" : parameter(slot.default)}</td>
              <td>{allowed(slot)}</td>
              <td>
                <code>
                  {titles[slot.node] ?? slot.node} · {slot.input}
                </code>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}
