/**
 * Owns whether an answer that was given in a pager's own app counts: the process knows which pages
 * it sent, and which of them still wait for an answer. A key that it never gave answers nothing.
 */
import { shortKey } from '../../text/short-key';
import { isUnmet } from '../../deadlines/due';
import { distinctDeadlines, rungsTold } from '../../deadlines/fired-rungs';
import { kindRules, responseOf } from '../../deadlines/kinds';
import { isCallAnswered, stillWanted } from '../called-off';
import { messageKey } from '../sends';
import type { AnsweredPage, FiredRung, Incident, SendRequest } from '../../model';
import { refuse, type NotTaken } from './decision';

interface Sent {
  readonly of: number;
  readonly kind: SendRequest['kind'];
  readonly recipient: string;
  readonly channel: string;
  readonly rungs: readonly FiredRung[];
}

/** Why the answer to `page` changes nothing; undefined when somebody waits for it. */
export function uselessAnswer(state: Incident, page: AnsweredPage): NotTaken | undefined {
  const sent = messageUnder(state, page);
  if (sent === undefined) return refuse('unknown-page', `${state.id} sent no page with the key ${page.key}`);
  const { of, kind, recipient, rungs } = sent;
  // A call by hand waits until the person who was called answers.
  if (rungs.length === 0)
    return kind === 'page' && !isCallAnswered(state, of, recipient) ? undefined : answeredBefore(state);
  // A page of an earlier round is over, whoever answers it.
  const asking = rungs.filter((rung) => kindRules[rung.kind].asksForAnswer);
  if (asking.length > 0) return asking.some((rung) => stillWanted(state, rung)) ? undefined : answeredBefore(state);
  // A page about other work asks for an answer only while the incident has none.
  const response = responseOf(state);
  if (response !== undefined && isUnmet(response) && rungs.some((rung) => stillWanted(state, rung))) return undefined;
  const about = distinctDeadlines(rungs).map(({ id }) => id);
  return refuse('asks-for-no-answer', `that page of ${state.id} is about ${about.join(', ')}, which no answer meets`);
}

const answeredBefore = ({ id }: Incident) =>
  refuse('late-answer', `nobody waits for an answer to that page of ${id} any more`);

// A pager may have a page whose delivery is not noted yet, or of which only its answer was lost.
function messageUnder(state: Incident, { key, channels }: AnsweredPage): Sent | undefined {
  const isIt = (sent: Sent) =>
    sent.kind !== 'announce' && channels.includes(sent.channel) && shortKey(messageKey(state, sent)) === key;
  for (const effect of state.outbox) {
    if (effect.type !== 'send') continue;
    const { kind, recipient, channel } = effect.request;
    const sent = { of: effect.of, kind, recipient, channel, rungs: effect.rungs };
    if (isIt(sent)) return sent;
  }
  for (let index = state.timeline.length - 1; index >= 0; index--) {
    const event = state.timeline[index]!;
    if (event.type !== 'delivered' && event.type !== 'delivery-failed') continue;
    const { of, kind, to: recipient, channel } = event;
    if (!channels.includes(channel)) continue;
    const sent = { of, kind, recipient, channel, rungs: rungsTold(state, event) };
    if (isIt(sent)) return sent;
  }
  return undefined;
}
