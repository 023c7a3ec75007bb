/**
 * Owns the alerts that messages open at a pager: which may be open there, and when each is
 * acknowledged and closed. A pager calls nobody for a message under the key of an alert that is
 * open already, so each message has an alert of its own. Knows no pager.
 */
import { responseId } from '../deadlines/kinds';
import { isUnmet } from '../deadlines/deadlines';
import { isTerminal } from '../state/draft';
import type { AlertMoves, Effect, OpenAlert, ProcessState } from '../model';

type SendEffect = Extract<Effect, { type: 'send' }>;

/**
 * Of those that nobody ever closed the oldest are let go: a request has to end within an attempt.
 */
const mostOpen = 100;

/**
 * `alerts` with the one that `effect` may have opened; also one that failed may have, when only its
 * answer was lost.
 */
export function withAlertOf(alerts: readonly OpenAlert[], { request, of, rungs }: SendEffect): OpenAlert[] {
  const deadlines = rungs.map(({ deadline, round }) => ({ id: deadline, round }));
  return [...alerts, { key: request.key, of, deadlines }].slice(-mostOpen);
}

/**
 * What a pager is to be told of `alerts` by now; undefined when nothing. What it would not close
 * before comes again, last, with what is new.
 */
export function alertMovesOf(state: ProcessState, alerts: readonly OpenAlert[]): AlertMoves | undefined {
  if (alerts.length === 0) return undefined;
  const acknowledged = latestOf(state, 'acknowledged');
  const resolved = latestOf(state, 'resolved');
  const isOver = (alert: OpenAlert) =>
    isTerminal(state) || alert.of < resolved || (!asksForAnAnswer(alert) && alert.deadlines.every(isSettled));
  const isSettled = ({ id, round }: OpenAlert['deadlines'][number]) => {
    const deadline = state.deadlines[id];
    return deadline === undefined || deadline.round !== round || !isUnmet(deadline);
  };
  const isAnswered = (alert: OpenAlert) =>
    asksForAnAnswer(alert) && alert.of < acknowledged && alert.told !== 'acknowledged';
  const over = alerts.filter(isOver);
  const fresh = over.filter(({ told }) => told !== 'closed');
  const again = over.filter(({ told }) => told === 'closed');
  const acknowledge = alerts.filter((alert) => !isOver(alert) && isAnswered(alert));
  const isNew = fresh.length + acknowledge.length > 0 || (isTerminal(state) && again.length > 0);
  return isNew ? { acknowledge: keysOf(acknowledge), close: keysOf([...fresh, ...again]) } : undefined;
}
const keysOf = (alerts: readonly OpenAlert[]) => alerts.map(({ key }) => key);

/**
 * `alerts` after a pager was told `moves`. `keep`: it would not take them, and what is not closed
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

// An answer meets the response and stops its pages, but what it is about goes on: such an alert is
// acknowledged, and closed at the end. So is one of somebody who was called by hand. Any other is
// about work that is due, and over when that is done, or with the resolution: what is due after it
// calls anew.
function asksForAnAnswer({ deadlines }: OpenAlert): boolean {
  return deadlines.length === 0 || deadlines.some(({ id }) => id === responseId);
}

function latestOf({ timeline }: ProcessState, type: 'acknowledged' | 'resolved'): number {
  return timeline.findLast((event) => event.type === type)?.seq ?? 0;
}
