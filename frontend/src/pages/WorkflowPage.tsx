import { Page } from "@/ui/Page";

export function WorkflowPage() {
  return <Page title="Workflow">{null}</Page>;
}
