import { Page } from "@/ui/Page";

export function ShotsPage() {
  return <Page title="Test shots">{null}</Page>;
}
