/**
 * Owns what coverage answers as JSON, for people and CI. Plain types: it is no route, it needs no
 * server. Instants are RFC 3339 in UTC.
 */
import type { ProcessKind, Severity } from './command-table';
import type { DeadlineKind } from './deadline-kinds';

/** Kinds of findings, the gravest first. */
export const coverageKinds = [
  'broken-reach',
  'reaches-nobody',
  'one-carries-two',
  'late-response',
  'no-ladder',
  'hours-only',
  'one-channel',
] as const;
export type CoverageKind = (typeof coverageKinds)[number];
/** Which rungs of which ladders; null among the services: about no service. */
export interface CoverageWhere {
  readonly process: ProcessKind;
  readonly ladder: DeadlineKind;
  readonly rungs: readonly number[];
  readonly severities: readonly Severity[];
  readonly services: readonly (string | null)[];
  readonly deadlines: readonly string[];
}
export interface CoverageItem {
  readonly kind: CoverageKind;
  /** `error`: the exit code says it too. */
  readonly level: 'error' | 'note';
  /** It would be an error, but its kind was allowed. */
  readonly allowed?: true;
  readonly what: string;
  readonly change: string;
  readonly person?: string;
  readonly channel?: string;
  readonly where: readonly CoverageWhere[];
  /** `from` counts, `to` is the first instant at which it is no longer so. */
  readonly times: readonly { readonly from: string; readonly to: string }[];
}
export interface CoverageView {
  readonly from: string;
  readonly to: string;
  readonly days: number;
  readonly zone: string;
  readonly templates: readonly string[];
  readonly severities: readonly Severity[];
  readonly services: readonly string[];
  readonly errors: number;
  readonly notes: number;
  readonly items: readonly CoverageItem[];
}
