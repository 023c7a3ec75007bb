/**
 * Owns after which commands to an incident running releases have to look how it stands (R43). Knows
 * nothing of who tells them.
 */
import { own } from '../text/own';
import type { CommandOf, ProcessCommandName } from '../model';

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
