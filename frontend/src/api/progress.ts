/** How far renders are, by test shot: told many times a second, never stored, so no query. */

import { useSyncExternalStore } from "react";

export interface Progress {
  fraction: number;
  worker: string;
  /** A latent preview as a picture's address; the one before it stays until another comes. */
  preview?: string;
}

const known = new Map<string, Progress>();
const listeners = new Map<string, Set<() => void>>();

/** `shot:7`, or `scene:3` for a scene's segment that renders. */
export type Subject = `shot:${number}` | `scene:${number}`;

export function hearProgress(subject: Subject, progress: Progress): void {
  const before = known.get(subject);
  known.set(subject, { ...progress, preview: progress.preview ?? before?.preview });
  for (const tell of listeners.get(subject) ?? []) tell();
}

export function forgetProgress(subject: Subject): void {
  if (known.delete(subject)) for (const tell of listeners.get(subject) ?? []) tell();
}

export function useProgress(subject: Subject): Progress | undefined {
  return useSyncExternalStore(
    (tell) => {
      const told = listeners.get(subject) ?? new Set();
      listeners.set(subject, told.add(tell));
      return () => {
        told.delete(tell);
        if (told.size === 0) listeners.delete(subject);
      };
    },
    () => known.get(subject),
  );
}
