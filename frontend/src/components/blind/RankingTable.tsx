import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Ranked, RankedBy } from "@/api/types";
import { Button } from "@/ui/Button";
import { counted, percent } from "@/ui/format";
import { Empty, Failure, Loading } from "@/ui/States";
import { Table } from "@/ui/Table";
import style from "./RankingTable.module.css";
import { blindKeys, RANKED_BY, ranking } from "./votes";

const NAMES: Record<RankedBy, string> = {
  configuration: "Configurations",
  character: "Characters",
  shot: "Test shots",
};

/** What all votes on a scene type say, and how sure that is. */
export function RankingTable({ sceneTypeId }: { sceneTypeId: number }) {
  const [by, setBy] = useState<RankedBy>("configuration");
  const { data, error, isPending, refetch } = useQuery({
    queryKey: blindKeys.ranking(sceneTypeId, by),
    queryFn: () => ranking(sceneTypeId, by),
  });
  return (
    <section className={style.ranking} aria-label="Ranking">
      <div className={style.head}>
        <fieldset className={style.by}>
          <legend className="visually-hidden">What is ranked</legend>
          {RANKED_BY.map((one) => (
            <Button
              key={one}
              look="quiet"
              size="s"
              aria-pressed={by === one}
              onClick={() => setBy(one)}
            >
              {NAMES[one]}
            </Button>
          ))}
        </fieldset>
        {data && data.votes > 0 && (
          <p className="number">
            {counted(data.votes, "vote")} of {counted(data.people, "person", "people")}
          </p>
        )}
      </div>
      {isPending && <Loading cards={1} label="Loading the ranking" />}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <Empty
          title={data.people ? `No vote tells ${NAMES[by].toLowerCase()} apart` : "No votes yet"}
        >
          {data.people
            ? "All votes so far are on two of the same."
            : "The ranking follows from the votes."}
        </Empty>
      )}
      {data && data.items.length > 0 && <Ranks items={data.items} />}
    </section>
  );
}

const HEAD = [
  <span key="rank" className="visually-hidden">
    Rank
  </span>,
  "Name",
  "Wins against an average one, with 95 % certainty",
  "Votes",
  "Won, lost, equal",
];

function Ranks({ items }: { items: Ranked[] }) {
  return (
    <Table label="Table of the ranking" head={HEAD} framed className={style.table}>
      <tbody>
        {items.map((item, index) => (
          <tr key={item.id}>
            <td>{index + 1}</td>
            <th scope="row">
              <Link to="/shots/$shotId" params={{ shotId: String(item.test_shot_id) }}>
                {item.name}
              </Link>
            </th>
            <td>
              <Interval chance={item.chance} />
            </td>
            <td>{item.votes}</td>
            <td>
              {item.wins}, {item.losses}, {item.ties}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** The chance as a dot, its bounds as a bar, on a line from 0 to 1 with a mark at a half. */
function Interval({ chance: { value, low, high } }: { chance: Ranked["chance"] }) {
  const bounds = low !== null && high !== null ? `, ${percent(low)} to ${percent(high)}` : "";
  return (
    <div className={style.interval}>
      <span className="number">{percent(value)}</span>
      <span className={style.line} role="img" aria-label={`${percent(value)}${bounds}`}>
        {low !== null && high !== null && (
          <span
            className={style.bar}
            style={{ left: `${low * 100}%`, width: `${(high - low) * 100}%` }}
          />
        )}
        <span className={style.dot} style={{ left: `${value * 100}%` }} />
      </span>
    </div>
  );
}
