/**
 * Owns who hears that something was given to them (R6): a role, an action item, a gate that waits
 * for their decision, a check that failed, a gate that was overridden. News is a reminder about no
 * deadline. An incident role is told at once, all else in working hours. Nobody hears of a deed of
 * their own. Knows no words.
 */
import { nextWorkingHours } from '../time/business-time';
import { calendarOf, isUnmet } from '../deadlines/due';
import { responseOf } from '../deadlines/kinds';
import { closingIncidents } from '../state/closing-incidents';
import { findGate, waitsForVotesOnly } from '../state/gates';
import { isOpenItem } from '../state/action-items';
import { eventAt, isIncident, isTerminal } from '../state/draft';
import { whoHasIt } from '../state/has-it';
import { formerHolder, mergedBy } from '../messages/news';
import { resolvedBefore } from '../messages/snapshot';
import { silentOf } from '../state/following';
import { approversOf, refOf } from '../on-call/refs';
import { callerOf } from '../state/callers';
import { isLeftAlone, nextResponseRung, wordsOfResponseRung } from './called-words';
import { enqueueResolve } from './outbox';
import { enqueueNews } from './sends';
import { isEnd } from './woken';
import type { Effect, Instant, ProcessState, RecipientRef, ResolveResult, SendRequest, TimelineEvent } from '../model';

/** The reason of the refusal of an acknowledgement by a person whom nobody knows (R16). */
export const unknownPerson = 'unknown-person';

type ResolveEffect = Extract<Effect, { type: 'resolve' }>;

/** Puts the news of `event` into the outbox, or keeps the news until working hours. */
export function giveNews(draft: ProcessState, event: TimelineEvent): void {
  if (hearersOf(draft, event).length === 0) return;
  const at = isUrgent(draft, event) ? event.at : nextWorkingHours(calendarOf(draft), event.at);
  // T8: a reopening asks for an answer at once, so its rungs fire first; they say the same.
  if (at <= event.at && event.type !== 'reopened') lookUp(draft, event);
  else draft.news = [...(draft.news ?? []), { of: event.seq, at }];
}

/** The next instant at which news that was kept is told; undefined when none is kept. */
export function nextNewsAt({ news = [] }: Pick<ProcessState, 'news'>): Instant | undefined {
  return news.length === 0 ? undefined : Math.min(...news.map(({ at }) => at));
}

/**
 * Tells what was kept and is still to be said when the process ends: beyond that, only the news of
 * action items is kept (R22).
 */
export function tellAtTheEnd(draft: ProcessState): void {
  const { news } = draft;
  if (news === undefined) return;
  const outlives = ({ of }: (typeof news)[number]) => eventAt(draft, of)?.type === 'action-item-added';
  draft.news = news.filter((one) => !outlives(one));
  tellKeptNews(draft, Infinity);
  const kept = news.filter(outlives);
  if (kept.length > 0) draft.news = kept;
  else delete draft.news;
}

/** Tells the news that was kept until now; answers whether there was any. */
export function tellKeptNews(draft: ProcessState, now: Instant): boolean {
  const kept = draft.news ?? [];
  const due = kept.filter(({ at }) => at <= now);
  if (due.length === 0) return false;
  const rest = kept.filter(({ at }) => at > now);
  if (rest.length > 0) draft.news = rest;
  else delete draft.news;
  for (const { of } of due) {
    const event = eventAt(draft, of);
    if (event && isStillNews(draft, event)) lookUp(draft, event);
  }
  return true;
}

function lookUp(draft: ProcessState, event: TimelineEvent): void {
  const to = hearersOf(draft, event);
  if (to.length > 0) enqueueResolve(draft, event.seq, [], [{ deadline: 'event', rung: 'news', to }], { news: true });
}

function isUrgent(state: ProcessState, { type }: TimelineEvent): boolean {
  return (
    ['call-failed', 'refused', 'handed-off', 'incident-declared', 'effect-failed', 'reopened', 'alerts-over'].includes(
      type,
    ) ||
    (isIncident(state) && type === 'role-assigned')
  );
}

/**
 * True while `event` is so: what somebody undid, did or overtook since then is no news any more.
 */
export function isStillNews(state: ProcessState, event: TimelineEvent): boolean {
  // Approvers hear of their gate also when the release was over by the morning.
  if (event.type === 'deployment-started' || event.type === 'incident-declared' || isOverride(event)) return true;
  if (isLeftAlone(event)) return true;
  if (isTerminal(state) && event.type !== 'action-item-added') return false;
  const since = state.timeline.slice(event.seq);
  switch (event.type) {
    case 'role-assigned':
      return (state.roles[event.role] ?? null) === event.person && !since.some(isEnd);
    case 'action-item-added': {
      const item = state.actionItems.find(({ id }) => id === event.actionItem);
      return item !== undefined && isOpenItem(item);
    }
    case 'check-reported':
      return !since.some((one) => one.type === 'check-reported' && one.check === event.check && one.accepted);
    case 'decision-awaited': {
      const gate = findGate(state, event.gate);
      return gate !== undefined && waitsForVotesOnly(state, gate);
    }
    case 'incident-closes-gates':
      return closingIncidents(state).some(({ id }) => id === event.incident);
    case 'incident-frees-gates':
      return closingIncidents(state).length === 0;
    default:
      return !since.some(isEnd);
  }
}

function isOverride(event: TimelineEvent): boolean {
  return event.type === 'decided' && event.decision === 'override';
}

/** The people and roles to whom `event` is news. */
function hearersOf(state: ProcessState, event: TimelineEvent): RecipientRef[] {
  switch (event.type) {
    case 'role-assigned': {
      const { person, handedBy, by } = event;
      const lost = formerHolder(state, event);
      const names = new Set([person, handedBy, lost].filter((name) => name !== by));
      return [...names].flatMap((name) => (name === undefined || name === null ? [] : [{ kind: 'name', name }]));
    }
    case 'handed-off':
      return event.by === event.from ? [] : [{ kind: 'name', name: event.from }];
    case 'action-item-added':
      return [refOf(state, event.owner)];
    case 'check-reported':
      // A value below the threshold is accepted, and counts as a failure.
      return event.accepted && (event.result === 'fail' || event.because !== undefined)
        ? [refOf(state, whoWorksOn(state))]
        : [];
    case 'deployment-started':
      return (event.gates ?? []).flatMap((id) => approversOf(state, id, 'all'));
    case 'decided':
      return isOverride(event) ? approversOf(state, event.gate, 'all') : [];
    case 'decision-awaited':
      return approversOf(state, event.gate, 'not-voted');
    case 'call-failed':
      return [callerOf(state, event.seq)].flatMap((name) => (name === undefined ? [] : [{ kind: 'name', name }]));
    case 'incident-declared':
      return whoHeardOfTheMerge(state).map((name) => ({ kind: 'name', name }));
    case 'reopened':
      return whoBelievesItIsOver(state, event).map((name) => ({ kind: 'name', name }));
    case 'effect-failed':
      return isLeftAlone(event) ? whoEndedIt(state).map((name) => ({ kind: 'name', name })) : [];
    case 'alerts-over': {
      const holder = isIncident(state) ? whoHasIt(state)?.person : undefined;
      return holder === undefined ? [] : [{ kind: 'name', name: holder }];
    }
    // R43: once that the gates are closed, and once that they are open again, to whoever heard
    // that.
    case 'incident-closes-gates':
      return event.also ? [] : whoWorksOnRelease(state);
    case 'incident-frees-gates':
      return event.still ? [] : whoHeardOfClosing(state, event).map((name) => ({ kind: 'name', name }));
    case 'refused':
      return event.reason === unknownPerson ? nextToHear(state, event) : [];
    default:
      return [];
  }
}

// R6: a check belongs to whoever has the incident, before that to the commander, without one to
// `primary`.
function whoWorksOn(state: ProcessState): string {
  return isIncident(state) ? (whoHasIt(state)?.person ?? 'commander') : 'release-manager';
}

// Whoever manages the release, and whoever holds a role in it.
function whoWorksOnRelease(state: ProcessState): RecipientRef[] {
  const people = [...new Set(Object.values(state.roles))];
  return [refOf(state, 'release-manager'), ...people.map((name): RecipientRef => ({ kind: 'name', name }))];
}

function whoHeardOfClosing(state: ProcessState, { seq }: TimelineEvent): string[] {
  const closing = state.timeline
    .slice(0, seq)
    .findLast((event) => event.type === 'incident-closes-gates' && !event.also);
  return closing === undefined ? [] : [...new Set(whoHeardOf(state, closing))];
}

// R10: whoever merged it, and to whom the news of the merge has gone or goes.
function whoHeardOfTheMerge(state: ProcessState): string[] {
  const merged = mergedBy(state);
  return merged === undefined ? [] : [...new Set([...doerOf(merged), ...whoHeardOf(state, merged)])];
}

// R5: whoever resolved it or was told so, and the commander, who is still in the role.
function whoBelievesItIsOver(state: ProcessState, { seq }: TimelineEvent): string[] {
  const resolved = resolvedBefore(state, seq);
  const { commander } = state.roles;
  if (resolved === undefined) return [];
  const heard = [...doerOf(resolved), ...whoHeardOf(state, resolved)];
  return [...new Set(commander === undefined ? heard : [...heard, commander])];
}

const doerOf = ({ by }: TimelineEvent): string[] => (by === undefined ? [] : [by]);

// To whom the news of `event` has gone or goes.
function whoHeardOf(state: ProcessState, { seq }: TimelineEvent): string[] {
  const sent = state.outbox.flatMap((effect) =>
    effect.type === 'send' && effect.of === seq && effect.request.kind === 'remind' ? [effect.request.recipient] : [],
  );
  const heard = state.timeline.flatMap((event) =>
    event.type === 'delivered' && event.of === seq && event.kind === 'remind' ? [event.to] : [],
  );
  return [...heard, ...sent];
}

// R10: who believes that another incident goes on.
function whoEndedIt(state: ProcessState): string[] {
  const rolledBack = state.timeline.findLast(({ type }) => type === 'rolled-back')?.by;
  return rolledBack === undefined ? whoHeardOfTheMerge(state) : [rolledBack];
}

// R16: somebody tried to acknowledge whom nobody knows. The people of the next rung hear it, once
// for each name.
function nextToHear(state: ProcessState, { seq, by }: TimelineEvent): RecipientRef[] {
  const response = responseOf(state);
  const isFirst = !state.timeline.slice(0, seq - 1).some((event) => event.type === 'refused' && event.by === by);
  const next = nextResponseRung(state);
  if (!response || !isUnmet(response) || !isFirst || next === undefined) return [];
  return wordsOfResponseRung(state, next).map((word) => refOf(state, word));
}

/** Sends news to the people whom a look-up found, but not to the one whose deed it was. */
export function sendNews(draft: ProcessState, { of }: ResolveEffect, { rungs }: ResolveResult): void {
  const event = eventAt(draft, of);
  const people = new Map(rungs.flatMap((rung) => rung.people).map((one) => [one.person, one]));
  for (const { person, ...ways } of people.values()) {
    if (!event || person === event.by || isCalled(draft, event, person)) continue;
    enqueueNews(draft, event, person, silentOf(draft, ways));
  }
}

// A person whom the same event calls by hand has heard enough; so has one whom the round that a
// reopening began pages.
function isCalled({ outbox, timeline }: ProcessState, { seq, type }: TimelineEvent, person: string): boolean {
  const calls = (of: number, kind: SendRequest['kind']) =>
    of === seq || (type === 'reopened' && of > seq && kind === 'page');
  return (
    outbox.some(
      (effect) =>
        effect.type === 'send' && effect.request.recipient === person && calls(effect.of, effect.request.kind),
    ) ||
    timeline
      .slice(seq)
      .some((event) => event.type === 'delivered' && event.to === person && calls(event.of, event.kind))
  );
}
