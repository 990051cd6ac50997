import { useState } from "react";

/** A choice that this browser remembers; what cannot be read any more is forgotten. */
export function useStored<T>(
  name: string,
  initial: T,
  isValid: (value: unknown) => value is T,
): [T, (value: T) => void] {
  const [value, setValue] = useState(() => stored(name, isValid) ?? initial);
  const store = (next: T) => {
    setValue(next);
    save(name, next);
  };
  return [value, store];
}

export function stored<T>(name: string, isValid: (value: unknown) => value is T): T | undefined {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(`screentest.${name}`) ?? "null");
    return isValid(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

/** Where storage is full or forbidden, nothing is remembered, and all else works. */
export function save(name: string, value: unknown): void {
  try {
    localStorage.setItem(`screentest.${name}`, JSON.stringify(value));
  } catch {}
}
