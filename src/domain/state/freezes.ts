/**
 * Owns which freezes hold a release (R42): whom a freeze concerns, which are in force at an
 * instant, when the first free time comes, and who may deploy all the same. When a freeze is in
 * force is in time/freeze-windows.ts.
 */
import { given } from '../../given';
import type { Actor, CompiledZone, Freeze, FreezeWindow, Frozen, Instant, Meeting, Order } from '../model';
import { freezeWindows } from '../time/freeze-windows';
import { localOf } from '../time/calendar';
import { dateOfDay, dayMs, iso, isoSecond } from '../time/instants';

/** How far ahead a free time is looked for. */
export const freezeHorizonMs = 400 * dayMs;

/** What a freeze asks of a release. */
export interface Released {
  readonly services: readonly string[];
  /** The name of its template. */
  readonly template: string;
}

/** Whether the freeze holds releases like this one, when it is in force. */
export function concernsRelease(
  { services, templates, exempt }: Pick<Freeze, 'services' | 'templates' | 'exempt'>,
  released: Released,
): boolean {
  return (
    (services === undefined || services.some((service) => released.services.includes(service))) &&
    (templates === undefined || templates.includes(released.template)) &&
    !exempt.includes(released.template)
  );
}

/** The freezes that hold the release at `at`; undefined: none does. */
export function frozenAt(freezes: readonly Freeze[], released: Released, at: Instant): Frozen | undefined {
  const windows = freezes
    .filter((freeze) => concernsRelease(freeze, released))
    .flatMap((freeze) => freezeWindows(freeze, at, at + freezeHorizonMs));
  const now = inForceAt(windows, at);
  return now.length === 0 ? undefined : { freezes: now, freeAt: firstFree(windows, at, at + freezeHorizonMs) };
}

/**
 * The instant at which freezes are judged for an order that arrives at `at`: a deployment as it
 * begins, a reschedule at its new target. Undefined: they do not matter to the order.
 */
export function freezesJudgedAt(order: Order, at: Instant): Instant | undefined {
  if (order.name === 'start-deployment') return at;
  return order.name === 'reschedule' ? Date.parse(order.body.targetAt) : undefined;
}

/** Those of the windows that cover `at`. */
export function inForceAt<W extends Pick<FreezeWindow, 'from' | 'until'>>(windows: readonly W[], at: Instant): W[] {
  return windows.filter(({ from, until }) => from <= at && at < until);
}

/** The first instant from `at` on that no window covers; null when it lies not before `horizon`. */
export function firstFree(
  windows: readonly Pick<FreezeWindow, 'from' | 'until'>[],
  at: Instant,
  horizon: Instant,
): Instant | null {
  let free = at;
  for (const { from, until } of [...windows].sort((a, b) => a.from - b.from))
    if (from <= free) free = Math.max(free, until);
  return free < horizon ? free : null;
}

/** True for a known person with one of the roles that may deploy in the freeze. */
export function mayDeployIn({ allow }: Pick<FreezeWindow, 'allow'>, actor: Actor): boolean {
  return actor.known && allow.some((role) => actor.roles.includes(role));
}

/** Why the freeze holds, as a reason beside those of closed gates. */
export function freezeWords({ id, title, until }: FreezeWindow): string {
  return `freeze ${id} until ${isoSecond(until)}: ${title}`;
}

/** Who may deploy in the freeze. */
export function allowedWords({ id, allow }: FreezeWindow): string {
  return allow.length === 0
    ? `nobody may deploy in freeze ${id}`
    : `only ${allow.join(', ')} may deploy in freeze ${id}, with the reason as override`;
}

/** When the release is free again. */
export function freeWords({ freeAt }: Frozen): string {
  return freeAt === null ? 'no free time within 400 days' : `free from ${isoSecond(freeAt)} on`;
}

/** A window as readers get it. */
export function freezeView({ from, until, allow, ...window }: FreezeWindow) {
  return { ...window, from: iso(from), until: iso(until), allow: [...allow] };
}

/** What holds a release, as readers get it. */
export function frozenView({ freezes, freeAt }: Frozen) {
  return { freezes: freezes.map(freezeView), freeAt: freeAt === null ? null : iso(freeAt) };
}

/**
 * What is against a target at `targetAt` in these freezes, by its date on the clock of `zone`
 * (R24).
 */
export function freezesMet(frozen: Frozen | undefined, targetAt: Instant, zone: CompiledZone): Meeting[] {
  const { freezes = [], freeAt = null } = frozen ?? {};
  return freezes.map(({ title }) => ({
    date: dateOfDay(localOf(zone, targetAt).day),
    why: 'freeze',
    text: title,
    deadline: 'target',
    ...given({ freeAt: freeAt === null ? undefined : iso(freeAt) }),
  }));
}
