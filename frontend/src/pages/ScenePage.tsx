import { Page } from "@/ui/Page";

export function ScenePage() {
  return <Page title="Scene">{null}</Page>;
}
