import { InsightsView } from "@/components/insights/InsightsView";
import { Page } from "@/ui/Page";

export function InsightsPage() {
  return (
    <Page title="Insights">
      <InsightsView />
    </Page>
  );
}
