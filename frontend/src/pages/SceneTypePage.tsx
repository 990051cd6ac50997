import { Page } from "@/ui/Page";

export function SceneTypePage() {
  return <Page title="Scene type">{null}</Page>;
}
