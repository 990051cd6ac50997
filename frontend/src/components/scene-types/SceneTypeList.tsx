import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { allSceneTypes, allWorkflows } from "@/api/catalogue";
import { Button } from "@/ui/Button";
import { Card, Cards } from "@/ui/Cards";
import list from "@/ui/catalogue.module.css";
import { counted, parameter, seconds } from "@/ui/format";
import { Empty, Failure, Loading } from "@/ui/States";

export function SceneTypeList({ onCreate }: { onCreate?: () => void }) {
  const { data, error, refetch } = useQuery(allSceneTypes);
  const workflows = useQuery(allWorkflows).data ?? [];
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (!data.length) {
    return (
      <Empty
        title="There is no scene type yet"
        action={
          onCreate && (
            <Button look="primary" onClick={onCreate}>
              New scene type
            </Button>
          )
        }
      >
        A scene type is a recipe: a workflow, prompts, LoRAs and values. Try it with test shots,
        then make scenes of it.
      </Empty>
    );
  }
  return (
    <Cards>
      {data.map((one) => (
        <Card key={one.id}>
          <Link to="/scene-types/$sceneTypeId" params={{ sceneTypeId: String(one.id) }}>
            {one.name}
          </Link>
          <p className={list.faint}>
            {workflows.find(({ id }) => id === one.workflow_id)?.name ??
              `Workflow ${one.workflow_id}`}
          </p>
          <p className={list.line}>
            {one.prompts.start ?? one.prompts.full ?? "It has no prompt yet."}
          </p>
          <p className={`${list.line} ${list.faint}`}>
            <span>
              {seconds(one.target_duration_s)} in segments of {seconds(one.segment_duration_s)}
            </span>
            {one.slot_values.width && one.slot_values.height ? (
              <span>
                {parameter(one.slot_values.width)} × {parameter(one.slot_values.height)}
              </span>
            ) : null}
            <span>{one.seed == null ? "random seed" : `seed ${one.seed}`}</span>
            {one.loras.length > 0 && <span>{counted(one.loras.length, "LoRA")}</span>}
          </p>
        </Card>
      ))}
    </Cards>
  );
}
