/**
 * Prompt templates, filled in while somebody types them.
 *
 * The same rules as the server's, which fills them in when a shot is asked for: `{hair|brown}` falls
 * back to `brown`, a doubled brace is a brace, `{outfit.colour}` reaches into an object.
 */

const PLACEHOLDER = /\{\{|\}\}|\{\s*([A-Za-z_][\w.-]*)\s*(?:\|([^{}]*))?\}/g;

/** A piece of a filled-in prompt: text, what a placeholder became, or one without a value. */
export interface Piece {
  kind: "text" | "filled" | "unresolved";
  text: string;
}

export function fill(template: string, facts: Record<string, unknown>): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    if (match.index > end) pieces.push({ kind: "text", text: template.slice(end, match.index) });
    end = match.index + match[0].length;
    const [whole, name, fallback] = match;
    if (!name) {
      pieces.push({ kind: "text", text: whole[0]! });
      continue;
    }
    const value = lookUp(facts, name) ?? fallback;
    pieces.push(
      value === undefined
        ? { kind: "unresolved", text: whole }
        : { kind: "filled", text: value.trim() },
    );
  }
  if (end < template.length) pieces.push({ kind: "text", text: template.slice(end) });
  return pieces;
}

/** Names of placeholders without a value, each once. */
export function unresolved(pieces: Piece[]): string[] {
  const names = pieces.filter(({ kind }) => kind === "unresolved").map(({ text }) => text);
  return [...new Set(names)];
}

function lookUp(facts: Record<string, unknown>, name: string): string | undefined {
  if (Object.hasOwn(facts, name)) return scalar(facts[name]);
  let value: unknown = facts;
  for (const part of name.split(".")) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, part) ? (value as Record<string, unknown>)[part] : undefined;
  }
  return scalar(value);
}

function scalar(value: unknown): string | undefined {
  if (value == null || value === "") return undefined;
  if (Array.isArray(value)) return value.join(", ") || undefined;
  return typeof value === "object" ? undefined : String(value);
}
