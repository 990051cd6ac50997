import { Page } from "@/ui/Page";

export function CharactersPage() {
  return <Page title="Characters">{null}</Page>;
}
