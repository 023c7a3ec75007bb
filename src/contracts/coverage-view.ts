/**
 * Owns the answer of coverage as JSON, for people and CI. Plain types, because coverage is no route
 * and needs no server. Instants are RFC 3339 in UTC.
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
  'alerts-lead-nowhere',
  'always-frozen',
  'pages-nobody',
  'falls-silent',
  'hours-only',
  'stays-here',
  'one-channel',
  'idle-freeze',
] as const;
export type CoverageKind = (typeof coverageKinds)[number];
/**
 * The rungs and ladders that a finding is about; null among the services: a process about no
 * service.
 */
export interface CoverageWhere {
  readonly process: ProcessKind;
  /** The name of the template; only where the configuration has several of the kind. */
  readonly template?: string;
  readonly ladder: DeadlineKind;
  readonly rungs: readonly number[];
  readonly severities: readonly Severity[];
  readonly services: readonly (string | null)[];
  readonly deadlines: readonly string[];
}
export interface CoverageItem {
  readonly kind: CoverageKind;
  /** `error`: the exit code reports the finding too. */
  readonly level: 'error' | 'note';
  /** The finding would be an error, but its kind was allowed. */
  readonly allowed?: true;
  readonly what: string;
  readonly change: string;
  readonly person?: string;
  readonly channel?: string;
  /** Empty: the finding is about no ladder, but about people or audiences. */
  readonly where: readonly CoverageWhere[];
  /** `from` is included; `to` is the first instant at which the finding no longer holds. */
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
