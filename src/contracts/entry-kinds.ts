/**
 * Owns the filter of a timeline: the kinds of its entries, and which entries a reader asked for.
 * The server filters a page by it, and the script of the page what comes later.
 */
import { given } from '../given';
import type { TimelineEvent } from '../domain';
import type { TimelineEntry } from './view';

/** What can be asked for, in the order of the choice, each with its words. */
export const shownKinds = {
  people: 'What people did',
  told: 'Who was told',
  words: 'Updates and comments',
  deadlines: 'Deadlines',
  alerts: 'Alerts',
  changes: 'Changes and deployments',
  checklist: 'Checklist and checks',
  course: 'Level, status, roles, services',
  gates: 'Gates',
  trouble: 'What failed or was refused',
} as const;
export type ShownKind = keyof typeof shownKinds;

/** The kind that `word` names; undefined: none. */
export function shownKindIn(word: string | undefined): ShownKind | undefined {
  return word !== undefined && Object.hasOwn(shownKinds, word) ? (word as ShownKind) : undefined;
}

/** Which entries are shown; of neither: all. */
export interface TimelineFilter {
  readonly show?: ShownKind;
  /** Words that stand in the sentence, or in the name of whoever did it. */
  readonly text?: string;
}

/** By type of entry what it is about. Whoever did it makes it one of `people` besides. */
export const kindsByType = {
  declared: 'course',
  planned: 'course',
  acknowledged: 'course',
  'role-assigned': 'course',
  'severity-changed': 'course',
  'status-changed': 'course',
  'update-posted': 'words',
  'impact-recorded': 'course',
  'items-done': 'checklist',
  'items-skipped': 'checklist',
  'items-reopened': 'checklist',
  snoozed: 'deadlines',
  escalated: 'told',
  'team-involved': 'told',
  'call-failed': 'told',
  'handed-off': 'course',
  'hand-off-expired': 'deadlines',
  'answer-expired': 'deadlines',
  restricted: 'course',
  unrestricted: 'course',
  'title-changed': 'course',
  commented: 'words',
  'action-item-added': 'checklist',
  'action-item-completed': 'checklist',
  'action-item-dropped': 'checklist',
  linked: 'words',
  resolved: 'course',
  reopened: 'course',
  'review-written': 'words',
  merged: 'course',
  absorbed: 'course',
  'alerts-reported': 'alerts',
  'alerts-over': 'alerts',
  'changes-listed': 'changes',
  cancelled: 'course',
  closed: 'course',
  'check-reported': 'checklist',
  'check-expired': 'checklist',
  decided: 'gates',
  'decision-awaited': 'gates',
  'gate-stale': 'gates',
  'incident-closes-gates': 'gates',
  'incident-frees-gates': 'gates',
  'gates-of-release': 'gates',
  rescheduled: 'deadlines',
  'deployment-started': 'changes',
  deployed: 'changes',
  'rolled-back': 'changes',
  completed: 'course',
  'phase-opened': 'checklist',
  'phase-completed': 'checklist',
  'phase-reopened': 'checklist',
  'deadline-missed': 'deadlines',
  'deadline-met': 'deadlines',
  'rungs-fired': 'told',
  fallthrough: 'told',
  exhausted: 'told',
  'resolved-to': 'told',
  delivered: 'told',
  'delivery-failed': 'told',
  'called-off': 'told',
  followed: 'words',
  'follow-failed': 'trouble',
  'effect-failed': 'trouble',
  'incident-declared': 'course',
  refused: 'trouble',
} as const satisfies Readonly<Record<TimelineEvent['type'], Exclude<ShownKind, 'people'>>>;

/** Types that say that something failed, besides what they are about. */
const failures: ReadonlySet<string> = new Set<TimelineEvent['type']>([
  'delivery-failed',
  'call-failed',
  'fallthrough',
  'exhausted',
]);

type Entry = Pick<TimelineEntry, 'type' | 'by' | 'text'>;

/** Whether the entry is one of those asked for; `name`: that of whoever did it. */
export function isAskedFor(entry: Entry, { show, text }: TimelineFilter, name: string): boolean {
  return (show === undefined || isOfKind(entry, show)) && (text === undefined || says(entry, text, name));
}

function isOfKind({ type, by }: Entry, kind: ShownKind): boolean {
  if (kind === 'people') return by !== 'muster';
  if (kind === 'trouble' && failures.has(type)) return true;
  const kinds: Readonly<Record<string, ShownKind>> = kindsByType;
  // A type of a later build has no kind here.
  return Object.hasOwn(kinds, type) && kinds[type] === kind;
}

function says({ text }: Entry, words: string, name: string): boolean {
  return `${name}: ${text}`.toLowerCase().includes(words.toLowerCase());
}

/** The filter as the query of an address: `?show=told&text=slack`; empty where it is none. */
export function queryOf({ show, text }: TimelineFilter): string {
  const query = new URLSearchParams(given({ show, text })).toString();
  return query === '' ? '' : `?${query}`;
}
