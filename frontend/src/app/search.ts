/** Reading what stands in an address: anybody may have typed it, so what is no value is no filter. */

export type Search = Record<string, unknown>;

export function number(value: unknown): number | undefined {
  const read = typeof value === "number" ? value : Number.parseInt(String(value), 10);
  return Number.isSafeInteger(read) && read > 0 ? read : undefined;
}

export function numbers(value: unknown): number[] {
  const parts = Array.isArray(value) ? value : String(value ?? "").split(",");
  return [...new Set(parts.map(number).filter((read) => read !== undefined))];
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() ? value : undefined;
}

export function texts(value: unknown): string[] | undefined {
  const read = (Array.isArray(value) ? value : [value])
    .map(text)
    .filter((one) => one !== undefined);
  return read.length ? read : undefined;
}

export function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((one) => one === value);
}

export function someOf<T extends string>(value: unknown, allowed: readonly T[]): T[] | undefined {
  const read = allowed.filter((one) => [value].flat().includes(one));
  return read.length ? read : undefined;
}
