/**
 * Owns the subject of a message: what happened, in a few words that mean something to a person who
 * knows nothing of ladders. No rung has a number here. Knows nothing of the rest of the message.
 */
import { kindRules } from '../deadlines/kinds';
import type { FiredRung, Phrase, ProcessState, TimelineEvent } from '../model';
import { isWorse } from '../state/severity';
import { formatDuration } from '../time/duration';
import { newsWords } from './news';
import { brokenInRound, brokenWords, causeOfRound, deadlineName, involvedWords } from './promises';

/** The subject of a message about `event`, or about `rungs` that fired with that event. */
export function subjectOf(state: ProcessState, event: TimelineEvent, rungs: readonly FiredRung[]): Phrase | undefined {
  const [first] = rungs;
  if (first !== undefined) {
    const words = rungWords(state, event, first);
    const others = new Set(rungs.map(({ deadline }) => deadline)).size - 1;
    return others === 0 ? words : `${words}, and ${others} more`;
  }
  switch (event.type) {
    case 'update-posted':
      return `update: ${event.text}`;
    case 'severity-changed':
      return severityWords(state, event);
    case 'reopened':
      return `reopened: ${event.reason}`;
    case 'exhausted':
      return brokenInRound(state, event.seq, event);
    default:
      return newsWords(state, event);
  }
}

function rungWords(state: ProcessState, event: TimelineEvent, fired: FiredRung): string {
  const { kind, deadline, rung, dueAt } = fired;
  const isOverdue = dueAt <= event.at;
  if (kindRules[kind].asksForAnswer) {
    // The first page says why there is something to answer; the later ones, that nobody did.
    const isFirst = rung === '1' && event.type === 'rungs-fired' && !isOverdue;
    return isFirst
      ? (involvedWords(state, event.seq, fired) ?? beginningWords(state, event))
      : brokenInRound(state, event.seq, fired);
  }
  return isOverdue ? brokenWords(state, deadline) : `${deadlineName(state, deadline)} is due soon`;
}

function beginningWords(state: ProcessState, { seq }: TimelineEvent): string {
  const cause = causeOfRound(state, seq);
  switch (cause?.type) {
    case 'reopened':
      return 'reopened';
    case 'severity-changed':
      return severityWords(state, cause);
    case 'answer-expired':
      return `no word for ${formatDuration(cause.at - cause.since)}`;
    case 'hand-off-expired':
      return `${cause.to} did not take it over`;
    default:
      return 'declared';
  }
}

function severityWords({ policy }: ProcessState, { from, to }: TimelineEvent & { type: 'severity-changed' }): string {
  return `severity ${isWorse(policy, to, from) ? 'raised' : 'lowered'} from ${from} to ${to}`;
}
