import type { VersionDiff } from "@/api/types";
import list from "@/ui/catalogue.module.css";
import { parameter } from "@/ui/format";
import { Table } from "@/ui/Table";
import style from "./Workflows.module.css";

const shown = (value: unknown) => (value == null ? "–" : parameter(value));

/** What changed between two versions: in sentences, then input by input. */
export function DiffView({ diff }: { diff: VersionDiff }) {
  const inputs = diff.nodes.changed.flatMap((node) =>
    node.inputs.map((input) => ({ key: `${node.id}/${input.input}`, node, input })),
  );
  if (!diff.sentences.length) return <p className={list.faint}>Nothing that renders differs.</p>;
  return (
    <div className={style.diff}>
      <ul className={style.sentences}>
        {diff.sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {inputs.length > 0 && (
        <Table label="Changed inputs" head={["Node", "Input", "Was", "Is"]}>
          <tbody>
            {inputs.map(({ key, node, input }) => (
              <tr key={key}>
                <td>{node.title}</td>
                <td>{input.input}</td>
                <td className={style.old}>{shown(input.old)}</td>
                <td className={style.new}>{shown(input.new)}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </div>
  );
}
