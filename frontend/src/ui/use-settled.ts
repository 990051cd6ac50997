import { useEffect, useState } from "react";

const TYPING_MS = 350;

/** The value once it stays the same for a moment: what is typed is asked about when one stops. */
export function useSettled<T>(value: T, ms = TYPING_MS): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
