import { Page } from "@/ui/Page";

export function ShotPage() {
  return <Page title="Test shot">{null}</Page>;
}
