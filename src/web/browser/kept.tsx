/** Owns what a browser keeps of its reader: who they are where nobody signs in, and their zone. */
import { useState } from 'preact/hooks';

/** A text that this browser keeps under `name`; undefined: none is kept. */
export function useKept(name: string): [string | undefined, (text: string) => void] {
  const [kept, setKept] = useState(() => read(name));
  return [
    kept,
    (text) => {
      setKept(text);
      try {
        localStorage.setItem(name, text);
      } catch {
        // A browser that keeps nothing asks again with the next page.
      }
    },
  ];
}

function read(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}
