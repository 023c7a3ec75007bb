/**
 * Owns which audiences hear of an event: those of the severity's `inform`, those that the template announces it to, and whether anybody has
 * to post for it. Knows nothing of the words, and nothing of channels.
 */
import { snapshotAt } from './snapshot';
import type { AnnouncedEvent, ProcessState, TimelineEvent } from './model';

/** The audiences that hear of `event` as the process stands: what is posted goes to whom it is for, the rest is told by itself. */
export function audiencesOf(state: ProcessState, event: TimelineEvent): string[] {
  switch (event.type) {
    case 'declared':
    case 'severity-changed':
    case 'resolved':
    case 'rolled-back':
      return [...informedOf(state, 'automatic'), ...alsoInformed(state, event.type)];
    case 'planned':
    case 'rescheduled':
    case 'deployment-started':
    case 'deployed':
    case 'completed':
      return alsoInformed(state, event.type);
    case 'update-posted':
      return informedOf(state, event.audience);
    case 'exhausted':
      return informedOf(state, 'internal');
    default:
      return [];
  }
}

/** The audiences that heard of the process before `event`, each once, in the order in which they were first told. */
export function toldBefore(state: ProcessState, { seq }: TimelineEvent): string[] {
  const told = state.timeline.slice(0, seq - 1).flatMap((event) => audiencesThen(state, event));
  return [...new Set(told)];
}

/** As `audiencesOf`, of an event of the past: by the severity of then. */
export function audiencesThen(state: ProcessState, event: TimelineEvent): string[] {
  const { severity, customerFacing = false } = snapshotAt(state, event.seq);
  return audiencesOf({ ...state, severity, customerFacing }, event);
}

/**
 * Audiences of the severity's `inform`: `internal` ones; `public` ones (a person posted to them; any public audience when the
 * severity names none); `automatic` = internal and those public ones that say `auto-publish`.
 */
export function informedOf(state: ProcessState, who: 'internal' | 'public' | 'automatic'): string[] {
  const { audiences } = state.policy;
  const inform = state.policy.severities[state.severity].inform;
  const isPublic = (name: string) => audiences[name]?.public === true;
  if (who === 'internal') return inform.filter((name) => !isPublic(name));
  if (who === 'automatic') return inform.filter((name) => !isPublic(name) || audiences[name]?.autoPublish === true);
  const named = inform.filter(isPublic);
  return named.length > 0 ? named : Object.keys(audiences).filter(isPublic);
}

// What the template announces besides; a public audience is not told by itself unless it says so (design section 5).
function alsoInformed(state: ProcessState, on: AnnouncedEvent): string[] {
  const { audiences, announcements = [] } = state.policy;
  return announcements
    .filter((known) => known.on === on)
    .filter(({ severity }) => severity === undefined || severity.includes(state.severity))
    .filter(({ customerFacing }) => customerFacing === undefined || customerFacing === state.customerFacing)
    .flatMap(({ to }) => to)
    .filter((name) => audiences[name]?.public !== true || audiences[name]?.autoPublish === true);
}
