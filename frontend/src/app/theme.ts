/** Dark or light: what the system says, until a person says otherwise. */

import { useSyncExternalStore } from "react";

type Theme = "dark" | "light";

const STORED = "screentest.theme";
const system = matchMedia("(prefers-color-scheme: light)");
const told = new Set<() => void>();

function current(): Theme {
  const chosen = localStorage.getItem(STORED);
  if (chosen === "dark" || chosen === "light") return chosen;
  return system.matches ? "light" : "dark";
}

function apply(): void {
  document.documentElement.dataset.theme = current();
  for (const tell of told) tell();
}

/** Once, before anything is drawn. */
export function startTheme(): void {
  system.addEventListener("change", apply);
  apply();
}

export function toggleTheme(): void {
  localStorage.setItem(STORED, current() === "dark" ? "light" : "dark");
  apply();
}

export function useTheme(): Theme {
  return useSyncExternalStore((tell) => {
    told.add(tell);
    return () => told.delete(tell);
  }, current);
}
