/**
 * Owns the forms in which people type the id of an incident or release, in full or short, and where
 * an id leads a reader. Knows no process: which one a short id means is a rule of the domain. Free
 * of zod.
 */
import type { ProcessKind } from './command-table';

/** A typed id; a short one has the number, and the kind where it was said. */
export type TypedId =
  | { readonly form: 'full'; readonly kind: ProcessKind; readonly id: string }
  | { readonly form: 'short'; readonly kind?: ProcessKind; readonly number: number };

/** Ids of processes, which are their workflow ids too. */
export const processIdPattern = /^(INC|REL)-\d{4}-\d{2}-\d{2}-\d{3,}$/;
const short = /^(?:(INC|REL)-)?0{0,6}([1-9]\d{0,6})$/;

/** Reads `INC-2026-12-07-001`, `inc-8`, `008` or `8`; undefined for any other text. */
export function readTypedId(text: string): TypedId | undefined {
  const typed = text.toUpperCase();
  const [id, prefix] = processIdPattern.exec(typed) ?? [];
  if (id !== undefined) return { form: 'full', kind: kindOf(prefix), id };
  const [, said, number] = short.exec(typed) ?? [];
  if (number === undefined) return undefined;
  return { form: 'short', ...(said === undefined ? {} : { kind: kindOf(said) }), number: Number(number) };
}

/** The kind of the process with this whole id. */
export function kindOfId(id: string): ProcessKind {
  return kindOf(id.slice(0, 3));
}

/** Where people read a process, under the address of the installation. */
export function processPath(kind: ProcessKind, id: string): string {
  return kind === 'release' ? `releases/${id}` : `incidents/${id}`;
}

function kindOf(prefix: string | undefined): ProcessKind {
  return prefix === 'REL' ? 'release' : 'incident';
}
