/**
 * Owns which audiences hear of an event: the audiences in the severity's `inform`, the audiences in
 * the template's `announcements`, and whether an audience hears of the event without a post. Knows
 * nothing of the words, and nothing of channels.
 */
import { levelOf } from '../state/severity';
import { resolvedBefore, snapshotAt } from './snapshot';
import { hearing, type Restrictable } from '../state/restricted';
import type { ProcessKind } from '../../contracts/command-table';
import { given } from '../../given';
import type { AnnouncedEvent, Policy, ProcessState, TimelineEvent } from '../model';

/**
 * In the `to` of an announcement, this name means the audiences that heard of the process before,
 * even if the process had another severity then.
 */
export const allTold = 'all told';

/**
 * The audiences that hear of `event`, by the severity and the `customerFacing` that `state` has
 * now. A post goes to the internal or to the public audiences, as its author chose; Muster
 * announces every other event without a post. A name may occur twice.
 */
export function audiencesOf(state: Heard, event: TimelineEvent): string[] {
  const named = namedFor(state, event);
  if (!named.includes(allTold)) return named;
  // R7: a person's post goes on to the audiences that the author meant, and were told before.
  const hears = (name: string) =>
    event.type === 'update-posted'
      ? isPublic(state, name) === (event.audience === 'public')
      : hearsByItself(state, name);
  return [...named.filter((name) => name !== allTold), ...toldBefore(state, event).filter(hears)];
}

/** As `audiencesOf`, but by the severity and the `customerFacing` just after `event`. */
export function audiencesThen(state: Heard, event: TimelineEvent): string[] {
  // Most events are announced to nobody: their severity need not be read off the timeline.
  return isAnnounced(state, event) ? audiencesOf(asOf(state, event), event) : [];
}

/**
 * The audiences that heard of the process before `event`, each once, in the order in which they
 * were first told.
 */
export function toldBefore(state: Heard, { seq }: TimelineEvent): readonly string[] {
  for (let index = Math.min(seq - 1, state.timeline.length) - 1; index >= 0; index--) {
    const event = state.timeline[index]!;
    if (!isAnnounced(state, event)) continue;
    const { named, before } = reachOf(state, event);
    // `all told` adds no name: an audience that heard of an event only through `all told` had heard
    // of an earlier event, which this list covers too.
    // R37: of what was restricted since, nobody else hears the end.
    return hearing(
      state,
      [...new Set([...before, ...named])].filter((name) => name !== allTold),
    );
  }
  return [];
}

/** By the facts just after an announced event: whom the event names, and who was told before it. */
interface Reach {
  readonly policy: Policy;
  readonly named: readonly string[];
  readonly before: readonly string[];
}
// Kept with the event, because each announcement asks for all announced events before. Neither
// these nor the policy change; a reschedule brings another policy.
const reached = new WeakMap<TimelineEvent, Reach>();
function reachOf(state: Heard, event: TimelineEvent): Reach {
  const known = reached.get(event);
  if (known?.policy === state.policy) return known;
  const { policy } = state;
  const reach = { policy, named: namedFor(asOf(state, event), event), before: toldBefore(state, event) };
  reached.set(event, reach);
  return reach;
}

/**
 * True when `audience` hears of `event` only because the audience heard of the process before
 * (`all told`).
 */
export function wasToldBefore(state: Heard, event: TimelineEvent, audience: string): boolean {
  if (!isAnnounced(state, event)) return false;
  const { named } = reachOf(state, event);
  return named.includes(allTold) && !named.includes(audience);
}

function asOf(state: Heard, { seq }: TimelineEvent): Heard {
  const { kind, policy, timeline } = state;
  const { severity, customerFacing = false, restrictedTo, unrestricted } = snapshotAt(state, seq);
  return { kind, policy, timeline, severity, customerFacing, ...given({ restrictedTo, unrestricted }) };
}

/**
 * The moments that a template may announce, by kind of process. The audiences that the template
 * names hear of each moment; the audiences in the severity's `inform` hear of an `inform` moment
 * too. Of a reopening also those hear that heard of the resolution.
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

function isAnnounced({ kind }: Heard, { type }: TimelineEvent): boolean {
  return type === 'update-posted' || type === 'exhausted' || Object.hasOwn(announcedMoments[kind], type);
}

function namedFor(state: Heard, event: TimelineEvent): string[] {
  if (!isAnnounced(state, event)) return [];
  if (event.type === 'update-posted') return [...informedOf(state, event.audience), allTold];
  if (event.type === 'exhausted') return informedOf(state, 'internal');
  const named = hearingOf(state, event.type as AnnouncedEvent);
  return event.type === 'reopened' ? [...named, ...heardTheEnd(state, event)] : named;
}

// Whoever heard that it was over, from Muster or from a post since then, hears that it is not.
function heardTheEnd(state: Heard, { seq }: TimelineEvent): string[] {
  const resolved = resolvedBefore(state, seq);
  const since = resolved === undefined ? [] : state.timeline.slice(resolved.seq - 1, seq - 1);
  return since
    .filter(({ type }) => type === 'resolved' || type === 'update-posted')
    .flatMap((event) => audiencesThen(state, event))
    .filter((name) => hearsByItself(state, name));
}

/**
 * The audiences that hear of the moment `on` of a process without a post. The list may contain
 * `all told`.
 */
export function hearingOf(at: Hearing & Pick<ProcessState, 'kind'>, on: AnnouncedEvent): string[] {
  const named = alsoInformed(at, on);
  return announcedMoments[at.kind][on] === 'inform' ? [...informedOf(at, 'automatic'), ...named] : named;
}

/** The part of a process that decides which audiences hear of a moment. */
export type Hearing = Restrictable & Pick<ProcessState, 'severity' | 'customerFacing'>;
/** The part of a process that decides which audiences hear of an event on its timeline. */
type Heard = Hearing & Pick<ProcessState, 'kind' | 'timeline'>;

/**
 * The audiences in the severity's `inform`, as `who` says. `internal`: the audiences that are not
 * public. `public`: the public audiences, which hear a person's post; if `inform` has none, every
 * public audience of the policy. `automatic`: the internal audiences and the public audiences that
 * say `auto-publish`.
 */
export function informedOf(state: Hearing, who: 'internal' | 'public' | 'automatic'): string[] {
  const audiences = hearing(state, Object.keys(state.policy.audiences));
  const inform = hearing(state, levelOf(state.policy, state.severity).inform);
  if (who === 'internal') return inform.filter((name) => !isPublic(state, name));
  if (who === 'automatic') return inform.filter((name) => hearsByItself(state, name));
  const named = inform.filter((name) => isPublic(state, name));
  return named.length > 0 ? named : audiences.filter((name) => isPublic(state, name));
}

function isPublic({ policy }: Pick<ProcessState, 'policy'>, name: string): boolean {
  return policy.audiences[name]?.public === true;
}

// The audiences that the template's `announcements` name, in addition to the severity's `inform`.
function alsoInformed(state: Hearing, on: AnnouncedEvent): string[] {
  const { announcements = [] } = state.policy;
  const named = announcements
    .filter((known) => known.on === on)
    .filter(({ severity }) => severity === undefined || severity.includes(state.severity))
    .filter(({ customerFacing }) => customerFacing === undefined || customerFacing === state.customerFacing)
    .flatMap(({ to }) => to)
    .filter((name) => hearsByItself(state, name));
  return named.filter((name) => name === allTold || hearing(state, [name]).length > 0);
}

// A public audience hears only a person's posts, unless the audience says `auto-publish: true` (see
// "Ladders and recipients" in docs/rules.md).
function hearsByItself({ policy }: Hearing, name: string): boolean {
  const audience = policy.audiences[name];
  return audience?.public !== true || audience.autoPublish;
}
