/**
 * Owns the timeline as readers get it: each event with its number, its actor, its sentence, and
 * instants in RFC 3339.
 */
import { distinctDeadlines, labelOfFirst, modesOf, rungsTold } from '../deadlines/fired-rungs';
import { describe } from '../messages/wording';
import { freezeView } from '../state/freezes';
import type { ProcessState, TimelineEvent } from '../model';
import { given } from '../../given';
import { iso, isoIfAny } from '../time/instants';
import { written } from '../text/phrase';

const instantFields = new Set([
  'until',
  'dueAt',
  'nextUpdateAt',
  'from',
  'to',
  'targetAt',
  'deployedAt',
  'nominalAt',
  'measuredAt',
  'validUntil',
  'answerBy',
  'since',
  'endedAt',
]);
/** Fields that stand behind all others. */
const frame = new Set(['seq', 'at', 'type', 'by']);

function toldOf(state: ProcessState, event: TimelineEvent & { type: 'delivered' }) {
  const rungs = rungsTold(state, event);
  return {
    deadlines: distinctDeadlines(rungs).map(({ id }) => id),
    ...(rungs.length > 0 ? { rung: labelOfFirst(rungs), modes: modesOf(rungs) } : {}),
  };
}

function entryOf(state: ProcessState, event: TimelineEvent): TimelineEntry {
  const { seq, at, type, by } = event;
  const own: Record<string, unknown> = {};
  const fields: Readonly<Record<string, unknown>> = event;
  const namesRungs = event.type === 'delivered' || event.type === 'delivery-failed';
  // A loop, because a timeline has thousands of entries.
  for (const field in fields) {
    if (frame.has(field) || (namesRungs && field === 'rungs')) continue;
    const value = fields[field];
    own[field] = typeof value === 'number' && instantFields.has(field) ? iso(value) : value;
  }
  if (event.type === 'delivered') Object.assign(own, toldOf(state, event));
  if (event.type === 'rungs-fired')
    own['rungs'] = event.rungs.map(({ dueAt, nominalAt, heldFrom, ...rung }) => ({
      ...rung,
      dueAt: iso(dueAt),
      nominalAt: iso(nominalAt),
      ...given({ heldFrom: isoIfAny(heldFrom) }),
    }));
  if (event.type === 'deployment-started' && event.freezes) own['freezes'] = event.freezes.map(freezeView);
  // The words of a post stay beside the sentence that tells of the post.
  if (typeof own['text'] === 'string') own['body'] = own['text'];
  const text = written(describe(state, event), iso);
  // Not a copy with more fields: that takes most of the time of a long timeline.
  return Object.assign(own, { seq, at: iso(at), type, by: by ?? 'muster', text });
}

/** Events after number `after`, in order, at most `limit`, each with its sentence. */
export function timelineOf(state: ProcessState, after = 0, limit = Infinity): TimelineEntry[] {
  return state.timeline
    .filter(({ seq }) => seq > after)
    .slice(0, limit)
    .map((event) => entryOf(state, event));
}
export interface TimelineEntry {
  readonly seq: number;
  readonly at: string;
  readonly type: TimelineEvent['type'];
  readonly by: string;
  readonly text: string;
  readonly [field: string]: unknown;
}
