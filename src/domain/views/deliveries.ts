/**
 * Owns which messages were delivered to whom, read from the timeline: there is no other store.
 * Knows nothing of messages that are still to come.
 */
import { distinctDeadlines, labelOfFirst, rungsTold } from '../deadlines/fired-rungs';
import { messageKey } from '../engine/sends';
import { eventAt } from '../state/draft';
import { messageContent } from '../messages/messages';
import type { Deadline, FiredRung, MessageContent, ProcessState, TimelineEvent } from '../model';
import { iso } from '../time/instants';

export interface Delivery {
  readonly key: string;
  readonly kind: 'page' | 'remind' | 'announce';
  readonly process: string;
  readonly deadlines: readonly { readonly id: string; readonly kind: string; readonly dueAt: string }[];
  readonly rung: string | null;
  readonly recipient: string;
  readonly channel: string;
  readonly nominalAt: string;
  readonly at: string;
  readonly content: MessageContent;
}

/** The delivered messages, newest first, at most `limit`. */
export function deliveriesOf(state: ProcessState, limit = Infinity): Delivery[] {
  const found: Delivery[] = [];
  for (let index = state.timeline.length - 1; index >= 0 && found.length < limit; index--) {
    const event = state.timeline[index]!;
    if (event.type === 'delivered') found.push(deliveryOf(state, event));
  }
  return found;
}

function deliveryOf(state: ProcessState, event: TimelineEvent & { type: 'delivered' }): Delivery {
  const cause = eventAt(state, event.of);
  const rungs = rungsTold(state, event);
  const first = rungs[0];
  const subject = {
    of: event.of,
    kind: event.kind,
    recipient: event.to,
    rungs,
    public: event.kind === 'announce' && state.policy.audiences[event.to]?.public === true,
  };
  return {
    key: messageKey(state, { ...subject, channel: event.channel }),
    kind: event.kind,
    process: state.id,
    deadlines: distinctDeadlines(rungs).map((deadline) => ({ ...deadline, dueAt: iso(deadline.dueAt) })),
    rung: first ? labelOfFirst(rungs) : null,
    recipient: event.to,
    channel: event.channel,
    nominalAt: iso(first ? Math.min(...rungs.map(({ nominalAt }) => nominalAt)) : (cause?.at ?? event.at)),
    at: iso(event.at),
    content: messageContent(state, subject),
  };
}

/**
 * The latest message of a deadline to one person: delivered, failed for good, or still being tried.
 */
export interface Told {
  readonly recipient: string;
  readonly kind: 'page' | 'remind';
  readonly at: string;
  readonly channel: string;
  /** Why the message did not get through; absent when it did. */
  readonly failed?: string;
  /** Set while the message is still being tried, since `at`. */
  readonly underWay?: true;
}

/** Who was told of a deadline in one round, by the key of that round. */
export type ToldOfRounds = ReadonlyMap<string, ReadonlyMap<string, Told>>;

const roundOf = (deadline: string, round: number): string => `${deadline}/${round}`;

/**
 * Who was told of each deadline in each round, read from the timeline once: a view asks for every
 * deadline.
 */
export function toldOfRounds(state: ProcessState): ToldOfRounds {
  const found = new Map<string, Map<string, Told>>();
  const note = (rungs: readonly FiredRung[], told: Told) => {
    for (const { deadline, round } of rungs) {
      const key = roundOf(deadline, round);
      const latest = found.get(key) ?? new Map<string, Told>();
      found.set(key, latest.set(told.recipient, told));
    }
  };
  for (const event of state.timeline) {
    if ((event.type !== 'delivered' && event.type !== 'delivery-failed') || event.kind === 'announce') continue;
    const { kind, channel, to: recipient } = event;
    const failed = event.type === 'delivery-failed' ? { failed: event.because } : {};
    note(rungsTold(state, event), { recipient, kind, at: iso(event.at), channel, ...failed });
  }
  for (const effect of state.outbox) {
    if (effect.type !== 'send' || effect.request.kind === 'announce') continue;
    const { kind, recipient, channel, nominalAt } = effect.request;
    const since = eventAt(state, effect.of)?.at ?? nominalAt;
    note(effect.rungs, { recipient, kind, at: iso(since), channel, underWay: true });
  }
  return found;
}

/**
 * Who was told of `deadline` in the round in force: each recipient once with the latest attempt, in
 * the order in which they were first told.
 */
export function toldBy(told: ToldOfRounds, { id, round }: Deadline): Told[] {
  return [...(told.get(roundOf(id, round))?.values() ?? [])];
}
