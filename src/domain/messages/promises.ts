/**
 * Owns the words for a promise: the name of a deadline, which promise a ladder at its end leaves
 * broken, and why a response is asked for once more. Knows nothing of who is told.
 */
import { kindRules, partsOfId, responseId } from '../deadlines/kinds';
import { teamOfResponse } from '../deadlines/teams';
import { assertNever } from '../model/assert-never';
import { moment, phrase } from '../text/phrase';
import { formatDuration } from '../time/duration';
import type { FiredRung, Phrase, ProcessState, TimelineEvent } from '../model';

/** A deadline in words, such as `response`, `update` or `phase Immediate Response`. */
export function deadlineName(state: ProcessState, id: string): string {
  const { kind, own } = partsOfId(id);
  // `muster coverage` judges the ladder of action items without any action item, so the id has no
  // number.
  return own === '' ? id : kindRules[kind].name(state, own);
}

/**
 * Why a response is asked for, for a message of event `of` about `rungs`: a person who is paged
 * again wants to know, and so do the people of a team that was involved later (R9). Empty in the
 * first round of the one response, and for other deadlines.
 */
export function askedFor(state: ProcessState, of: number, rungs: readonly FiredRung[]): string[] {
  const ofTeams = rungs.flatMap((rung) => involvedWords(state, of, rung) ?? []);
  return [...(rungs.some(isAgain) ? askedAgain(state, of) : []), ...new Set(ofTeams)];
}

const isAgain = ({ deadline, round }: Pick<FiredRung, 'deadline' | 'round'>) => deadline === responseId && round > 1;

function askedAgain(state: ProcessState, of: number): string[] {
  const cause = causeOfRound(state, of);
  const by = cause?.by ?? 'muster';
  switch (cause?.type) {
    case 'reopened':
      return [`opened again by ${by}: ${cause.reason}`];
    case 'severity-changed':
      return [`raised from ${cause.from} to ${cause.to} by ${by}: ${cause.reason}`];
    case 'hand-off-expired':
      return [
        `${cause.to} did not take it over from ${cause.from}${cause.because === undefined ? '' : ` (${cause.because})`}`,
      ];
    case 'answer-expired':
      return [`nothing was heard of ${cause.holder} for ${formatDuration(cause.at - cause.since)}`];
    default:
      return [];
  }
}

/**
 * R9: why the response of a team is asked for, at event `of`; undefined for every other deadline.
 */
export function involvedWords(
  { timeline }: ProcessState,
  of: number,
  { deadline: id, kind }: Pick<FiredRung, 'deadline' | 'kind'>,
): string | undefined {
  const team = teamOfResponse({ id, kind });
  if (team === undefined) return undefined;
  const event = timeline.slice(0, of).findLast((one) => one.type === 'team-involved' && one.team === team);
  return event?.type === 'team-involved' ? affectedTooWords(event) : undefined;
}

/** Which services turned out to be affected, such as `search is affected too`. */
export function affectedTooWords({ services }: { readonly services: readonly string[] }): string {
  return `${services.join(', ')} ${services.length === 1 ? 'is' : 'are'} affected too`;
}

type CauseOfRound = TimelineEvent & { type: 'reopened' | 'severity-changed' | 'hand-off-expired' | 'answer-expired' };

/**
 * The event that began the round of the one response that is in force at event `of`; undefined in
 * the first round. A response of a team (R9) begins by no such event.
 */
export function causeOfRound({ timeline }: ProcessState, of: number): CauseOfRound | undefined {
  return timeline
    .slice(0, of)
    .findLast(
      (event): event is CauseOfRound =>
        event.type === 'reopened' ||
        event.type === 'hand-off-expired' ||
        event.type === 'answer-expired' ||
        (event.type === 'severity-changed' && event.asksAnew === true),
    );
}

/**
 * Says which promise is broken when a ladder comes to its end (T9). The words are true at that
 * moment, such as `the update promised for <instant> was not posted; its ladder is at its end`.
 */
export function exhaustedWords(state: ProcessState, event: TimelineEvent & { type: 'exhausted' }): Phrase {
  return phrase`${brokenPromise(state, event)}; its ladder is at its end`;
}

// Work that was complete at the due instant may have been reopened since. So the words say what is
// true now, and when the work was due.
function brokenPromise(state: ProcessState, event: TimelineEvent & { type: 'exhausted' }): Phrase {
  const { deadline, dueAt, at, round, seq } = event;
  const { kind } = partsOfId(deadline);
  if (kind === 'update' && dueAt !== undefined)
    return phrase`the update promised for ${moment(dueAt)} ${dueAt <= at ? 'was not posted' : 'is not posted yet'}`;
  const broken = brokenInRound(state, seq, { deadline, round });
  return phrase`${broken}${dueAt === undefined ? '' : phrase`, due ${moment(dueAt)}`}`;
}

/**
 * The broken promise of a deadline at event `of`. In a later round of the response it says since
 * when nobody has answered, because somebody had answered before.
 */
export function brokenInRound(
  state: ProcessState,
  of: number,
  { deadline, round }: Pick<FiredRung, 'deadline' | 'round'>,
): string {
  const cause = isAgain({ deadline, round }) ? causeOfRound(state, of) : undefined;
  return `${brokenWords(state, deadline)}${cause === undefined ? '' : ` since ${sinceWords(cause)}`}`;
}

/** The broken promise of a deadline in a few words, such as `nobody has answered`. */
export function brokenWords(state: ProcessState, deadline: string): string {
  const name = deadlineName(state, deadline);
  const { kind, own } = partsOfId(deadline);
  switch (kind) {
    case 'response':
      return `${own === '' ? 'nobody' : `nobody of ${own}`} has answered`;
    case 'update':
      return 'the promised update was not posted';
    case 'phase':
      return `${name} is not complete`;
    case 'gate':
      return `${name} is still closed`;
    case 'item':
    case 'action-item':
      return `${name} is not done`;
    default:
      return assertNever(kind);
  }
}

function sinceWords(cause: CauseOfRound): string {
  if (cause.type === 'reopened') return 'it was opened again';
  if (cause.type === 'answer-expired') return `nothing was heard of ${cause.holder}`;
  return cause.type === 'severity-changed' ? `it was raised to ${cause.to}` : `${cause.to} did not take it over`;
}
