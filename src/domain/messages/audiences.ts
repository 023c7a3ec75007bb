/**
 * Owns which audiences hear of an event: those of the severity's `inform`, those that the template
 * announces it to, and whether anybody has to post for it. Knows nothing of the words, and nothing
 * of channels.
 */
import { snapshotAt } from './snapshot';
import type { ProcessKind } from '../../contracts/command-table';
import type { AnnouncedEvent, ProcessState, TimelineEvent } from '../model';

/**
 * In the `to` of an announcement: those that heard of the process before, also when it was of
 * another severity then.
 */
export const allTold = 'all told';

/**
 * The audiences that hear of `event` as the process stands: what is posted goes to whom it is for,
 * the rest is told by itself.
 */
export function audiencesOf(state: ProcessState, event: TimelineEvent): string[] {
  const named = namedFor(state, event);
  if (!named.includes(allTold)) return named;
  return [
    ...named.filter((name) => name !== allTold),
    ...toldBefore(state, event).filter((name) => hearsByItself(state, name)),
  ];
}

/** As `audiencesOf`, of an event of the past: by the severity of then. */
export function audiencesThen(state: ProcessState, event: TimelineEvent): string[] {
  return audiencesOf(asOf(state, event), event);
}

/**
 * The audiences that heard of the process before `event`, each once, in the order in which they
 * were first told.
 */
export function toldBefore(state: ProcessState, { seq }: TimelineEvent): string[] {
  // Whoever is told because they were told before is among these already.
  const named = state.timeline
    .slice(0, seq - 1)
    .filter((event) => isAnnounced(state, event))
    .flatMap((event) => namedFor(asOf(state, event), event));
  return [...new Set(named)].filter((name) => name !== allTold);
}

/**
 * Whether `audience` hears of `event` for no other reason than that it heard of the process before.
 */
export function wasToldBefore(state: ProcessState, event: TimelineEvent, audience: string): boolean {
  const named = namedFor(asOf(state, event), event);
  return named.includes(allTold) && !named.includes(audience);
}

function asOf(state: ProcessState, { seq }: TimelineEvent): ProcessState {
  const { severity, customerFacing = false } = snapshotAt(state, seq);
  return { ...state, severity, customerFacing };
}

/**
 * The moments that a template may announce; of those with `inform` the severity's `inform` hear
 * besides whom the template names.
 */
export const announcedMoments: Readonly<
  Record<ProcessKind, Readonly<Partial<Record<AnnouncedEvent, 'inform' | 'named'>>>>
> = {
  incident: {
    declared: 'inform',
    'severity-changed': 'inform',
    resolved: 'inform',
    reopened: 'named',
    cancelled: 'named',
    merged: 'named',
  },
  release: {
    planned: 'named',
    rescheduled: 'named',
    'severity-changed': 'inform',
    'deployment-started': 'named',
    deployed: 'named',
    completed: 'named',
    'rolled-back': 'inform',
    cancelled: 'named',
  },
};

function isAnnounced({ kind }: ProcessState, { type }: TimelineEvent): boolean {
  return type === 'update-posted' || type === 'exhausted' || Object.hasOwn(announcedMoments[kind], type);
}

function namedFor(state: ProcessState, event: TimelineEvent): string[] {
  if (!isAnnounced(state, event)) return [];
  if (event.type === 'update-posted') return informedOf(state, event.audience);
  return event.type === 'exhausted' ? informedOf(state, 'internal') : hearingOf(state, event.type as AnnouncedEvent);
}

/** Audiences that hear of the moment `on` of a process without anybody posting. */
export function hearingOf(at: Hearing & Pick<ProcessState, 'kind'>, on: AnnouncedEvent): string[] {
  const named = alsoInformed(at, on);
  return announcedMoments[at.kind][on] === 'inform' ? [...informedOf(at, 'automatic'), ...named] : named;
}

/** What decides which audiences hear of a moment. */
export type Hearing = Pick<ProcessState, 'policy' | 'severity' | 'customerFacing'>;

/**
 * Audiences of the severity's `inform`: `internal` ones; `public` ones (a person posted to them;
 * any public audience when the severity names none); `automatic` = internal and those public ones
 * that say `auto-publish`.
 */
export function informedOf(state: Hearing, who: 'internal' | 'public' | 'automatic'): string[] {
  const { audiences } = state.policy;
  const inform = state.policy.severities[state.severity].inform;
  const isPublic = (name: string) => audiences[name]?.public === true;
  if (who === 'internal') return inform.filter((name) => !isPublic(name));
  if (who === 'automatic') return inform.filter((name) => hearsByItself(state, name));
  const named = inform.filter(isPublic);
  return named.length > 0 ? named : Object.keys(audiences).filter(isPublic);
}

// What the template announces besides the severity's `inform`.
function alsoInformed(state: Hearing, on: AnnouncedEvent): string[] {
  const { announcements = [] } = state.policy;
  return announcements
    .filter((known) => known.on === on)
    .filter(({ severity }) => severity === undefined || severity.includes(state.severity))
    .filter(({ customerFacing }) => customerFacing === undefined || customerFacing === state.customerFacing)
    .flatMap(({ to }) => to)
    .filter((name) => hearsByItself(state, name));
}

// A public audience is not told by itself unless it says so (docs/rules.md).
function hearsByItself({ policy }: Hearing, name: string): boolean {
  const audience = policy.audiences[name];
  return audience?.public !== true || audience.autoPublish;
}
