import type { PromptPiece } from "@/api/types";
import style from "./PromptText.module.css";

interface PromptTextProps {
  pieces: readonly PromptPiece[] | undefined;
  /** Something else is typed now; what it becomes is on its way. */
  stale?: boolean;
}

/** A template as it would be rendered; what was filled in, and what could not be, is marked. */
export function PromptText({ pieces, stale }: PromptTextProps) {
  // A text without placeholders would only be said again.
  if (!pieces?.length || (pieces.length === 1 && pieces[0]!.kind === "text")) return null;
  return (
    <p className={style.prompt} data-stale={stale || undefined}>
      <span>Becomes</span>
      <span>
        {pieces.map(({ kind, text }, at) =>
          kind === "text" ? (
            text
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces have nothing but their place
            <mark key={at} data-kind={kind} title={kind === "unresolved" ? "No value" : undefined}>
              {text}
            </mark>
          ),
        )}
      </span>
    </p>
  );
}
