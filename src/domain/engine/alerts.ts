/**
 * Owns the alerts that messages open at a pager: which alerts may be open there, and when each is
 * acknowledged and closed. A pager calls nobody for a message under the key of an open alert, so
 * each message has an alert of its own. Knows no vendor.
 */
import { kindRules, partsOfId } from '../deadlines/kinds';
import { isCallAnswered, stillWanted } from './called-off';
import { isTerminal } from '../state/draft';
import type { AlertMoves, Effect, OpenAlert, ProcessState } from '../model';

type SendEffect = Extract<Effect, { type: 'send' }>;

/**
 * How many alerts are kept; the oldest go first. A pager has to be told of all of them within one
 * attempt.
 */
const mostOpen = 100;

/**
 * `alerts` with the alert that `effect` may have opened. A failed effect may have opened an alert
 * too, when only the answer was lost.
 */
export function withAlertOf(alerts: readonly OpenAlert[], { request, of, rungs }: SendEffect): OpenAlert[] {
  const deadlines = rungs.map(({ deadline, round }) => ({ id: deadline, round }));
  return [...alerts, { key: request.key, of, recipient: request.recipient, deadlines }].slice(-mostOpen);
}

/**
 * What a pager is to be told of `alerts` now; undefined when nothing is new. An alert that the
 * pager did not close before is told again after the new ones.
 */
export function alertMovesOf(state: ProcessState, alerts: readonly OpenAlert[]): AlertMoves | undefined {
  if (alerts.length === 0) return undefined;
  const resolved = latestOf(state, 'resolved');
  // R22: an action item goes on after the end.
  const isOver = (alert: OpenAlert) =>
    alert.of < resolved || ((isTerminal(state) || !asksForAnAnswer(alert)) && alert.deadlines.every(isSettled));
  const isSettled = ({ id: deadline, round }: OpenAlert['deadlines'][number]) =>
    !stillWanted(state, { deadline, round });
  const isAnswered = (alert: OpenAlert) =>
    asksForAnAnswer(alert) && alert.told !== 'acknowledged' && hasAnswer(state, alert);
  const over = alerts.filter(isOver);
  const fresh = over.filter(({ told }) => told !== 'closed');
  const again = over.filter(({ told }) => told === 'closed');
  const acknowledge = alerts.filter((alert) => !isOver(alert) && isAnswered(alert));
  const isNew = fresh.length + acknowledge.length > 0 || (isTerminal(state) && again.length > 0);
  return isNew ? { acknowledge: keysOf(acknowledge), close: keysOf([...fresh, ...again]) } : undefined;
}
const keysOf = (alerts: readonly OpenAlert[]) => alerts.map(({ key }) => key);

/**
 * `alerts` after a pager was told `moves`. `keep`: the pager did not take them, so that the closing
 * has to be told again.
 */
export function afterMoves(
  alerts: readonly OpenAlert[],
  { acknowledge, close }: AlertMoves,
  keep: boolean,
): OpenAlert[] {
  return alerts.flatMap((alert): OpenAlert[] => {
    if (close.includes(alert.key)) return keep ? [{ ...alert, told: 'closed' }] : [];
    return [acknowledge.includes(alert.key) ? { ...alert, told: 'acknowledged' } : alert];
  });
}

// An acknowledgement meets the response and stops its pages, but the incident goes on: an alert
// about the response is acknowledged then, and closed at the resolution or the end. The same holds
// for an alert to a person who was called by hand. Any other alert is about work that is due, and
// is over when the work is done or at the resolution: work that is due after the resolution pages
// anew.
function asksForAnAnswer({ deadlines }: OpenAlert): boolean {
  return deadlines.length === 0 || deadlines.some(({ id }) => kindRules[partsOfId(id).kind].asksForAnswer);
}

function latestOf({ timeline }: ProcessState, type: 'resolved'): number {
  return timeline.findLast((event) => event.type === type)?.seq ?? 0;
}

// An alert of a ladder is answered with the responses that it names, whoever answered them and by
// whatever deed; a call by hand, by its recipient.
function hasAnswer(state: ProcessState, { of, deadlines, recipient }: OpenAlert): boolean {
  if (deadlines.length === 0) return isCallAnswered(state, of, recipient);
  return deadlines
    .filter(({ id }) => kindRules[partsOfId(id).kind].asksForAnswer)
    .every(({ id: deadline, round }) => !stillWanted(state, { deadline, round }));
}
