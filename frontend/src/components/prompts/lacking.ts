/** Who has no value for a placeholder, in a sentence. */

import type { TemplatesPreview } from "@/api/types";

const NAMED = 3;

/** Undefined: everybody has all values. */
export function lackingSentence(
  preview: Pick<TemplatesPreview, "unresolved" | "lacking">,
  shown: string | undefined,
): string | undefined {
  const here = preview.unresolved.length > 0;
  const others = preview.lacking;
  if (shown === undefined || (!here && others.length === 0)) return undefined;
  const parts: string[] = [];
  if (here) parts.push(`${shown} has no value for ${placeholders(preview.unresolved)}.`);
  if (others.length) {
    const missing = new Set(others.flatMap(({ unresolved }) => unresolved));
    const isSame = here && [...missing].every((name) => preview.unresolved.includes(name));
    const verb = others.length === 1 ? "has" : "have";
    parts.push(
      isSame
        ? `Nor ${verb} ${names(others)}.`
        : `${names(others)} ${verb} no value for ${placeholders([...missing])}.`,
    );
  }
  return `${parts.join(" ")} A test shot would be refused: add it to the character, or give a fallback as in {${first(preview)}|…}.`;
}

function placeholders(missing: string[]): string {
  return missing.map((name) => `{${name}}`).join(", ");
}

function first({ unresolved, lacking }: Pick<TemplatesPreview, "unresolved" | "lacking">): string {
  return unresolved[0] ?? lacking[0]?.unresolved[0] ?? "hair";
}

function names(characters: { name: string }[]): string {
  const some = characters.slice(0, NAMED).map(({ name }) => name);
  const more = characters.length - some.length;
  return some.join(", ") + (more ? ` and ${more} more` : "");
}
