import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { allWorkflows } from "@/api/catalogue";
import { Card, Cards } from "@/ui/Cards";
import list from "@/ui/catalogue.module.css";
import { ago } from "@/ui/format";
import { Empty, Failure, Loading } from "@/ui/States";
import { RENDERERS } from "./renderers";

export function WorkflowList() {
  const { data, error, refetch } = useQuery(allWorkflows);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Loading cards={4} />;
  if (!data.length) {
    return (
      <Empty title="There is no workflow yet">
        Drop one above, or import one from the library below.
      </Empty>
    );
  }
  return (
    <Cards>
      {data.map((one) => (
        <Card key={one.id}>
          <Link to="/workflows/$workflowId" params={{ workflowId: String(one.id) }}>
            {one.name}
          </Link>
          <p className={list.line}>
            <span>{RENDERERS[one.renderer]}</span>
            <span>version {one.version}</span>
            <span>{one.slots.length} slots</span>
            {one.vram_gb && <span>{one.vram_gb} GB of VRAM</span>}
          </p>
          <p className={list.faint}>Changed {ago(one.updated_at)}</p>
        </Card>
      ))}
    </Cards>
  );
}
