/** Owns how a page names the people whom a process names by id alone. */

export interface Names {
  readonly names: Readonly<Record<string, string>>;
}

/** The name of `person`; the id, where the page knows none. */
export function nameIn({ names }: Names, person: string): string {
  return Object.hasOwn(names, person) ? names[person]! : person;
}
