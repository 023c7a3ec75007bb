/**
 * Owns what of freezes.yaml cannot be meant: releases that no free time is left for, and freezes
 * that hold nothing or never come (R42). Judges no ladder.
 */
import { freezeWindows } from '../time/freeze-windows';
import { isoSecond } from '../time/instants';
import { lastOf } from '../time/wall-clock';
import { deploymentPhase } from '../state/gates';
import { concernsRelease, firstFree, freezeHorizonMs } from '../state/freezes';
import type { Directory, Freeze, FreezeWindow, Instant, Policy } from '../model';
import type { Cause } from './findings';
import type { CoverageNotes } from './notes';
import { servicesUnder } from './templates';

interface Question {
  readonly policies: readonly Policy[];
  readonly directory: Directory;
  readonly freezes?: readonly Freeze[];
  readonly from: Instant;
  readonly to: Instant;
}

/** Notes what of `freezes` cannot be meant, for releases of these services. */
export function noteFreezes(
  { policies, directory, freezes = [], from, to }: Question,
  services: readonly string[],
  notes: CoverageNotes,
): void {
  const times = [{ from, to }];
  const deploying = policies.filter((policy) => deploymentPhase(policy) !== undefined);
  for (const policy of deploying) {
    const held = new Map<string, { services: string[]; barred: string }>();
    for (const service of servicesUnder(policy, policies, directory, services)) {
      if (service === null) continue;
      // Not only until `to`: a few days may well lie in the freeze of a year's end.
      const horizon = from + freezeHorizonMs;
      const windows = windowsFor(freezes, { services: [service], template: policy.template.name }, from, horizon);
      if (firstFree(windows, from, horizon) !== null) continue;
      const key = idsOf(windows);
      const barred = idsOf(windows.filter(({ allow }) => allow.length === 0));
      held.set(key, { services: [...(held.get(key)?.services ?? []), service], barred });
    }
    for (const [ids, found] of held)
      notes.addOfNoLadder(
        { kind: 'always-frozen', level: 'error', template: policy.template.name, freezes: ids, ...found },
        times,
      );
  }
  for (const freeze of freezes) {
    const cause = idleBecause(freeze, deploying, from);
    if (cause !== undefined)
      notes.addOfNoLadder({ kind: 'idle-freeze', level: 'note', freeze: freeze.id, cause }, times);
  }
}

const idsOf = (windows: readonly FreezeWindow[]) => [...new Set(windows.map(({ id }) => id))].join(', ');

function windowsFor(
  freezes: readonly Freeze[],
  released: Parameters<typeof concernsRelease>[1],
  from: Instant,
  to: Instant,
): FreezeWindow[] {
  return freezes
    .filter((freeze) => concernsRelease(freeze, released))
    .flatMap((freeze) => freezeWindows(freeze, from, to));
}

function idleBecause(freeze: Freeze, deploying: readonly Policy[], from: Instant): Cause | undefined {
  const { times, templates, exempt, calendar } = freeze;
  const holds = ({ template: { name } }: Policy) => (templates?.includes(name) ?? true) && !exempt.includes(name);
  if (!deploying.some(holds))
    return {
      what: 'it holds no release: every template that it could hold is exempt, or deploys nothing',
      change: 'templates or exempt-templates of the freeze',
    };
  if (times.kind === 'once') {
    const until = lastOf(calendar, times.to);
    return until > from
      ? undefined
      : { what: `it is over since ${isoSecond(until)}`, change: 'nothing, or take it out' };
  }
  if (freezeWindows(freeze, from, from + freezeHorizonMs).length > 0) return undefined;
  return {
    what: 'it never comes within 400 days',
    change: times.kind === 'holidays' ? 'calendar.yaml: the holidays of its calendar' : 'when it is in force',
  };
}
