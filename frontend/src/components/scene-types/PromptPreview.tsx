import { fill } from "./prompts";
import style from "./SceneTypeForm.module.css";

interface PromptPreviewProps {
  template: string;
  facts: Record<string, unknown>;
}

/** A template as it would be rendered; what was filled in, and what could not be, is marked. */
export function PromptPreview({ template, facts }: PromptPreviewProps) {
  if (!template.trim()) return null;
  return (
    <p className={style.preview}>
      <span>Becomes</span>
      <span>
        {fill(template, facts).map(({ kind, text }, at) =>
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
