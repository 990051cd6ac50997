/** A character's metadata as rows that a person can edit, without losing what a value was. */

export type Metadata = Record<string, unknown>;

export interface Row {
  id: number;
  key: string;
  value: string;
  /** Text stays text, even `5` or `{}`; everything else is written as JSON. */
  kind: "text" | "json";
}

let last = 0;

export function newRow(key = "", value = "", kind: Row["kind"] = "text"): Row {
  return { id: ++last, key, value, kind };
}

export function rowsOf(metadata: Metadata): Row[] {
  return Object.entries(metadata).map(([key, value]) =>
    typeof value === "string"
      ? newRow(key, value)
      : newRow(key, JSON.stringify(value, null, 2), "json"),
  );
}

export type Faults = Record<number, string>;

/** What the rows say, and what is wrong with some of them, by their id. */
export function metadataOf(rows: Row[]): { metadata: Metadata; faults: Faults } {
  const metadata: Metadata = {};
  const faults: Faults = {};
  for (const { id, key, value, kind } of rows) {
    const name = key.trim();
    if (!name && !value.trim()) continue;
    if (!name) faults[id] = "Give it a name.";
    else if (Object.hasOwn(metadata, name)) faults[id] = "There is another value of this name.";
    else if (kind === "text") metadata[name] = value;
    else {
      try {
        metadata[name] = JSON.parse(value);
      } catch {
        faults[id] =
          'It is no JSON. An object looks like {"colour": "red"}, a list like ["a", "b"].';
      }
    }
  }
  return { metadata, faults };
}

/** Every placeholder that a prompt can use, with what it becomes: `outfit.colour`, `red`. */
export function placeholders(metadata: Metadata, before = ""): [name: string, value: string][] {
  return Object.entries(metadata).flatMap(([key, value]): [string, string][] => {
    const name = before + key;
    if (value === null || value === "") return [];
    if (Array.isArray(value)) return value.length ? [[name, value.join(", ")]] : [];
    if (typeof value === "object") return placeholders(value as Metadata, `${name}.`);
    return [[name, String(value)]];
  });
}
