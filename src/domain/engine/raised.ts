/**
 * Owns who hears at once that an incident became worse before anybody has answered (R8): whoever
 * was told that it asks for an answer. Knows nothing of how a message travels.
 */
import { rungsTold } from '../deadlines/fired-rungs';
import { kindRules, responseOf } from '../deadlines/kinds';
import { isUnmet } from '../deadlines/due';
import { ladderOf, rungApplies } from '../deadlines/ladder';
import { modeAt } from '../deadlines/ladders';
import { isIncident } from '../state/draft';
import { isWorse } from '../state/severity';
import type { FiredRung, Incident, Instant, Mode, ProcessState, Severity, TimelineEvent } from '../model';

/**
 * Whether a change of the severity to `to` pages whoever was told of the level before. After the
 * first answer the response is asked for anew instead (`asksAnew`).
 */
export function pagedByRaise(state: Incident, to: Severity): { pages?: true } {
  const { policy, severity, acknowledgedAt, lifecycle } = state;
  // A process of an older version pages nobody for that.
  if (policy.pagesRaises !== true || !isWorse(policy, to, severity)) return {};
  return acknowledgedAt === undefined && lifecycle.status !== 'resolved' ? { pages: true } : {};
}

/**
 * Who was told before event `raise` that the incident asks for an answer, since it was opened. A
 * message on its way counts, because it tells of the level before. Nobody hears of a deed of their
 * own.
 */
export function toldBefore(state: ProcessState, raise: TimelineEvent): string[] {
  const { timeline, outbox } = state;
  const since = timeline.slice(0, raise.seq).findLastIndex(({ type }) => type === 'reopened') + 1;
  const isBefore = (of: number) => of > since && of < raise.seq;
  const told = timeline
    .slice(since)
    .flatMap((event) =>
      event.type === 'delivered' && isBefore(event.of) && asksForAnswer(event.kind, () => rungsTold(state, event))
        ? [event.to]
        : [],
    );
  const underWay = outbox.flatMap((effect) =>
    effect.type === 'send' && isBefore(effect.of) && asksForAnswer(effect.request.kind, () => effect.rungs)
      ? [effect.request.recipient]
      : [],
  );
  return [...new Set([...told, ...underWay])].filter((person) => person !== raise.by);
}

// Where a level pages nobody, its reminders ask.
function asksForAnswer(kind: Mode | 'announce', rungs: () => readonly FiredRung[]): boolean {
  return kind === 'page' || (kind === 'remind' && rungs().some((rung) => kindRules[rung.kind].asksForAnswer));
}

/**
 * Takes off the draft the change of severity that pages at `now`: its event. Undefined when there
 * is none, when somebody has answered since, and where the level pages nobody now.
 */
export function takeRaise(draft: ProcessState, now: Instant): number | undefined {
  if (!isIncident(draft) || draft.raised === undefined) return undefined;
  const { raised } = draft;
  delete draft.raised;
  const response = responseOf(draft);
  if (response === undefined || !isUnmet(response)) return undefined;
  const pages = ladderOf(draft, response).some(
    (rung, index) =>
      response.fired.includes(`${index + 1}`) &&
      rungApplies(draft, rung) &&
      modeAt(draft, response, rung, now) === 'page',
  );
  return pages ? raised : undefined;
}
