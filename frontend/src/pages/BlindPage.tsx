import { Page } from "@/ui/Page";

export function BlindPage() {
  return <Page title="Blind comparison">{null}</Page>;
}
