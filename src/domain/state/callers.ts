/** Owns who asked for a call by hand, also after it fell through to other people (R18). */
import { eventAt } from './draft';
import type { ProcessState, TimelineEvent } from '../model';

/** The person who asked for the call that led to event `of`. */
export function callerOf(state: ProcessState, of: number): string | undefined {
  const event: TimelineEvent | undefined = eventAt(state, of);
  return event?.type === 'call-failed' ? callerOf(state, event.of) : event?.by;
}
