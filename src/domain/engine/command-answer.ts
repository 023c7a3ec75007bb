/**
 * Owns the answer to an accepted command: what changed, in words. The words come from the timeline,
 * so that a repeated answer is the same.
 */
import { given } from '../../given';
import { postedWords, leftWaitingWords, acknowledgedWords } from '../messages/posts';
import { describe } from '../messages/wording';
import { revisionAfter } from '../state/draft';
import type { CommandAnswer, Frozen, Meeting, ProcessState, RecentKey, TimelineEvent } from '../model';
import { written } from '../text/phrase';
import { formatDuration } from '../time/duration';
import { iso } from '../time/instants';
import { needWords } from './commands/items';
import { joinedByName } from './joined';
import { targetMeets } from './preview';

/**
 * The answer to a command. The timeline only grows, so a repeated key gets the very same answer.
 */
export function commandAnswer(state: ProcessState, { from, to, fingerprint, meets }: RecentKey): CommandAnswer {
  return {
    id: state.id,
    revision: revisionAfter(state, to),
    changes: changesOf(state, from, to),
    ...given({ belowThreshold: belowThreshold(state, from, to), meets: meets && [...meets], fingerprint }),
  };
}

/** R23: the value that the command reported as a pass and that is none. */
function belowThreshold({ timeline }: ProcessState, from: number, to: number): string | undefined {
  for (const event of timeline.slice(from, to))
    if (event.type === 'check-reported' && event.accepted && event.result === 'pass' && event.because !== undefined)
      return `check ${event.check}: ${event.because}`;
  return undefined;
}

/**
 * R24: what is against the target to which the command of events `from` to before `to` has just
 * moved the release.
 */
export function newTargetMeets(
  state: ProcessState,
  from: number,
  to: number,
  frozen: Frozen | undefined,
): Meeting[] | undefined {
  const moved = state.timeline.slice(from, to).find(({ type }) => type === 'rescheduled');
  const meets = moved?.type === 'rescheduled' ? targetMeets(state, moved.to, frozen) : [];
  return meets.length === 0 ? undefined : meets;
}

/** The changes in words, about 1 KB at most. */
function changesOf(state: ProcessState, from: number, to: number): string[] {
  const silent = new Set<TimelineEvent['type']>(['rungs-fired', 'resolved-to', 'delivered', 'delivery-failed']);
  const lines = state.timeline
    .slice(from, to)
    .filter(({ type }) => !silent.has(type))
    .flatMap((event) => {
      if (event.type === 'update-posted') return [line(postedWords(state, event), 300)];
      const stillFiring = firingWords(event);
      const besides =
        leftWaitingWords(state, event, to) ??
        acknowledgedWords(state, event, to) ??
        joinedWords(state, event) ??
        leftOpenWords(event);
      return [
        line(written(describe(state, event), iso), namesThings(event) ? 300 : 100),
        ...(stillFiring === undefined ? [] : [line(stillFiring, 300, true)]),
        ...(besides === undefined ? [] : [line(besides, 600, true)]),
      ];
    });
  const shown = lines.slice(0, 6);
  const rest = lines.slice(6);
  // Lines that tell a person what to do are never cut off.
  const needed = rest.filter(({ toDo }) => toDo);
  const more = rest.length - needed.length;
  return [...shown, ...(more > 0 ? [line(`and ${more} more`, 100)] : []), ...needed].map(({ text }) => text);
}

// A person who ticks items by their beginnings reads here which they were; who restricts a process,
// who sees it by name no longer.
function namesThings(event: TimelineEvent): boolean {
  if (event.type === 'impact-recorded') return event.restrictedTo !== undefined;
  return event.type === 'items-done' && event.by !== undefined;
}

// R41: whoever calls reads who is not paged a second time.
function joinedWords(state: ProcessState, event: TimelineEvent): string | undefined {
  const joined = event.type === 'escalated' ? joinedByName(state, event) : [];
  if (joined.length === 0) return undefined;
  const paged = joined.map(({ person, at }) => `${person} was paged ${formatDuration(event.at - at)} ago`);
  return `${paged.join(', ')}: this call joins that page, and makes no other`;
}

// What a phase that was to be finished still needs.
function leftOpenWords(event: TimelineEvent): string | undefined {
  if (event.type !== 'items-done' || event.left === undefined) return undefined;
  return `Still open: ${event.left.map(needWords).join(', ')}`;
}

// Nobody is woken again for an alert that a person has seen firing and called over.
function firingWords(event: TimelineEvent): string | undefined {
  if (event.type !== 'resolved' || event.firing === undefined) return undefined;
  return event.firing === 1
    ? '1 alert still fires; a repeat of it after the again-after of its source (default 1h) wakes people again'
    : `${event.firing} alerts still fire; a repeat of one after the again-after of its source (default 1h) wakes people again`;
}

const line = (text: string, most: number, toDo = false) => ({ text: cut(text, most), toDo });
function cut(line: string, most: number): string {
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
