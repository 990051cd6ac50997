import { Page } from "@/ui/Page";

export function WorkersPage() {
  return <Page title="Workers">{null}</Page>;
}
