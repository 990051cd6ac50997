import { BatchList } from "@/components/batches/BatchList";
import { TestShotButton } from "@/components/test-shots/TestShotButton";
import { Page } from "@/ui/Page";

export function BatchesPage() {
  return (
    <Page title="Batches" actions={<TestShotButton />}>
      <BatchList />
    </Page>
  );
}
