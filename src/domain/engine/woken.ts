/**
 * Owns what the people hear to whom a page left (R5): once that somebody has the incident, and once
 * that the process is over. Each hears this as a reminder over the way that the page took; a person
 * whom only a pager reaches sees it there. Nobody hears of a deed of their own. Knows no words.
 */
import { whoHasIt } from '../state/has-it';
import { eventAt, isIncident, isTerminal } from '../state/draft';
import { formerHolder } from '../messages/news';
import { given } from '../../given';
import { enqueueNews } from './sends';
import type { Effect, ProcessState, TimelineEvent, Woken } from '../model';

type SendEffect = Extract<Effect, { type: 'send' }>;

/** The events after which nobody has to come any more. */
const ends = new Set<string>(['resolved', 'cancelled', 'merged', 'rolled-back']);

/** True for an event after which nobody has to come any more. */
export function isEnd({ type }: Pick<TimelineEvent, 'type'>): boolean {
  return ends.has(type);
}

/**
 * Notes that the page of `effect` has left to its recipient. Whoever hears that the incident was
 * opened again waits for its end like a person who was woken.
 */
export function noteWoken(draft: ProcessState, { of, request, silent = [], next }: SendEffect): void {
  const { kind, recipient, channel, key } = request;
  const before = draft.woken?.[recipient];
  if (kind === 'remind' && eventAt(draft, of)?.type === 'reopened' && of > (before?.of ?? 0))
    draft.woken = { ...draft.woken, [recipient]: { of, key, ways: [channel, ...next], told: of } };
  if (kind !== 'page') return;
  const ways = silent.includes(channel) ? [channel, ...silent.filter((way) => way !== channel)] : silent;
  // The page of an earlier event may arrive after the page of a later one.
  const latest = Math.max(of, before?.of ?? 0);
  draft.woken = { ...draft.woken, [recipient]: { of: latest, key, ways, ...given({ told: before?.told }) } };
}

/** Puts into the outbox what the woken people have not heard yet. */
export function tellTheWoken(draft: ProcessState): void {
  if (draft.woken === undefined) return;
  const end = endOf(draft);
  if (end !== undefined) tellTheEnd(draft, draft.woken, end);
  else if (isIncident(draft) && !isTerminal(draft) && Object.values(draft.woken).some(isUntold)) {
    const holder = whoHasIt(draft);
    const took = holder && eventAt(draft, holder.seq);
    if (holder && took) tellWhoHasIt(draft, draft.woken, holder.person, took);
  }
  // A process that ends without an end of this kind has nobody to call off: its work is done.
  if (isTerminal(draft)) delete draft.woken;
}

// Since the latest page, the person has not heard who has the incident.
const isUntold = ({ of, told = 0 }: Woken): boolean => told < of;

// The end in force; undefined while the process goes on, and after a close.
function endOf({ lifecycle, timeline }: ProcessState): TimelineEvent | undefined {
  // Asked after every input: the timeline is searched only once there is something to find.
  if (!ends.has(lifecycle.status)) return undefined;
  // R10: what was merged in vain goes on as the incident that was declared anew.
  const isEndOf = ({ type }: TimelineEvent) =>
    type === lifecycle.status || (lifecycle.status === 'merged' && type === 'incident-declared');
  return timeline.findLast(isEndOf);
}

function tellTheEnd(draft: ProcessState, woken: Readonly<Record<string, Woken>>, end: TimelineEvent): void {
  // A page that left for what counts from the resolution is not over with it.
  const isOver = ({ of }: Woken) => of < end.seq;
  draft.woken = Object.fromEntries(Object.entries(woken).filter(([, one]) => !isOver(one)));
  for (const [person, one] of Object.entries(woken))
    if (isOver(one) && person !== end.by) enqueueNews(draft, end, person, one.ways, one.key);
}

function tellWhoHasIt(
  draft: ProcessState,
  woken: Readonly<Record<string, Woken>>,
  holder: string,
  took: TimelineEvent,
): void {
  // A loop without a list: every message asks.
  for (const person in woken) {
    const one = woken[person]!;
    // Somebody who was paged when the incident had its holder already knew of the holder.
    const isNews = one.of < took.seq && isUntold(one);
    // Whoever has the incident has heard of nobody yet: the next holder is news to them.
    if (!isNews || person === holder) continue;
    draft.woken = { ...draft.woken, [person]: { ...one, told: took.seq } };
    // Whoever handed on, or lost the role, hears of that by itself (R6, R19).
    if (person !== took.by && !hearsOfRole(draft, took, person)) enqueueNews(draft, took, person, one.ways, one.key);
  }
}

function hearsOfRole(draft: ProcessState, took: TimelineEvent, person: string): boolean {
  return took.type === 'role-assigned' && (took.handedBy === person || formerHolder(draft, took) === person);
}
