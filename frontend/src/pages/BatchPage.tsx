import { Page } from "@/ui/Page";

export function BatchPage() {
  return <Page title="Batch">{null}</Page>;
}
