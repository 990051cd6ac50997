import { sentence } from "@/api/problem";
import list from "@/ui/catalogue.module.css";
import { lackingSentence } from "./lacking";
import type { usePromptsPreview } from "./use-prompts-preview";

interface LackingNoteProps {
  preview: ReturnType<typeof usePromptsPreview>;
  /** The character the prompts are shown with. */
  shown: string | undefined;
}

/** That a test shot would be refused, with whom and why; or that nobody can tell now. */
export function LackingNote({ preview, shown }: LackingNoteProps) {
  const said = preview.isError
    ? `What the prompts become cannot be shown. ${sentence(preview.error)}`
    : preview.data && lackingSentence(preview.data, shown);
  if (!said) return null;
  return (
    <p className={list.note} data-tone="warn" role="status">
      {said}
    </p>
  );
}
