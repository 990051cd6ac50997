import { Page } from "@/ui/Page";

export function SceneTypesPage() {
  return <Page title="Scene types">{null}</Page>;
}
