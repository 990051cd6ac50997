import { Page } from "@/ui/Page";

export function ScenesPage() {
  return <Page title="Scenes">{null}</Page>;
}
