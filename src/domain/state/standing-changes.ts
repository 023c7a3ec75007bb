/**
 * Owns what is news of an incident for running releases (R43): after which commands to the incident
 * they have to look how it stands, and whether it stands otherwise than before. Knows nothing of
 * who tells them.
 */
import { isTerminalStatus } from './draft';
import { own } from '../text/own';
import type { CommandOf, ProcessCommandName, Severity, Status } from '../model';

/**
 * What a command may change of how the incident stands in the eyes of a release. `level`: the level
 * after it does not tell whether it closed gates before. `rest`: whether it is open, its services,
 * what a release shows of it.
 */
export type StandingChange = 'level' | 'rest' | 'nothing';

const changes = {
  'set-severity': 'level',
  resolve: 'rest',
  reopen: 'rest',
  close: 'rest',
  cancel: 'rest',
  merge: 'rest',
  'record-impact': 'rest',
  restrict: 'rest',
  unrestrict: 'rest',
  'set-title': 'rest',
  acknowledge: 'nothing',
  'assign-role': 'nothing',
  'set-status': 'nothing',
  'post-update': 'nothing',
  'complete-items': 'nothing',
  'skip-items': 'nothing',
  'reopen-items': 'nothing',
  snooze: 'nothing',
  escalate: 'nothing',
  'hand-off': 'nothing',
  comment: 'nothing',
  'add-action-item': 'nothing',
  'complete-action-item': 'nothing',
  'drop-action-item': 'nothing',
  link: 'nothing',
  'write-review': 'nothing',
  'report-check': 'nothing',
  decide: 'nothing',
} satisfies Record<CommandOf<'incident'>, StandingChange>;

/** What the command may change for releases; `nothing` for a command that no incident takes. */
export function standingChange(name: ProcessCommandName): StandingChange {
  return own<StandingChange>(changes, name) ?? 'nothing';
}

/** What of an incident a release may know, as a view says it. */
export interface StandingFacts {
  readonly status: Status;
  readonly severity: Severity;
  readonly services: readonly string[];
  readonly title: string;
  readonly restricted?: object | undefined;
}

/**
 * True when releases know nothing else of an incident of the facts `now` than of one of `before`.
 */
export function standsAsBefore(before: StandingFacts, now: StandingFacts): boolean {
  return standingWord(before) === standingWord(now);
}
function standingWord({ status, severity, services, title, restricted }: StandingFacts): string {
  const isOver = status === 'resolved' || isTerminalStatus(status);
  return JSON.stringify([isOver, severity, [...services].sort(), title, restricted !== undefined]);
}
