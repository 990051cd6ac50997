import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { workflowQuery } from "@/components/workflows/queries";
import { WorkflowActions } from "@/components/workflows/WorkflowActions";
import { WorkflowView } from "@/components/workflows/WorkflowView";
import { Page } from "@/ui/Page";
import { Failure, Loading } from "@/ui/States";

const route = getRouteApi("/workflows/$workflowId");

export function WorkflowPage() {
  const id = Number(route.useParams().workflowId);
  const { data: workflow, error, refetch } = useQuery(workflowQuery(id));
  return (
    <Page
      title={workflow?.name ?? "Workflow"}
      above={<Link to="/workflows">Workflows</Link>}
      actions={workflow && <WorkflowActions workflow={workflow} />}
    >
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : workflow ? (
        <WorkflowView key={workflow.id} workflow={workflow} />
      ) : (
        <Loading cards={3} />
      )}
    </Page>
  );
}
