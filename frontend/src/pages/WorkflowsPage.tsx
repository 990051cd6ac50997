import { ImportArea } from "@/components/workflows/ImportArea";
import { LibraryPanel } from "@/components/workflows/LibraryPanel";
import { WorkflowList } from "@/components/workflows/WorkflowList";
import { useMay } from "@/session/session";
import { Page } from "@/ui/Page";

export function WorkflowsPage() {
  return (
    <Page title="Workflows">
      {useMay("creator") && <ImportArea />}
      <WorkflowList />
      <LibraryPanel />
    </Page>
  );
}
