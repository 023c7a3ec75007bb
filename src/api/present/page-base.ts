/** Owns what every page says besides its subject: when it was made, whose clock, who reads. */
import type { PageBase } from '../../contracts/page-view';
import type { Recipient } from '../../contracts/deadline-view';
import { iso, nameOf } from '../../domain';
import type { Call, Shared } from '../http/route';

/** `first`: the people who are the first to choose from, where the page asks who acts. */
export function pageBase(shared: Shared, call: Call, first: readonly string[] = []): PageBase {
  const { id, via } = call.principal;
  return {
    at: iso(shared.clock()),
    zone: shared.config.calendar.zone,
    reader: via === 'loopback' ? null : { person: id, name: nameOf(id, shared.directory().people) },
    people: saysWhoActs(call) ? peopleToBe(shared, first) : null,
  };
}

/** The page says who acts, as Muster-Actor does for programs: nobody has to sign in. */
export function saysWhoActs({ principal, request }: Call): boolean {
  return principal.via === 'loopback' && request.headers['muster-actor'] === undefined;
}

/** The parameter `name` of the address, whatever else stands in it; empty: it has none. */
export function textIn({ request }: Call, name: string): string {
  const value = request.query[name];
  return typeof value === 'string' ? value.slice(0, 200) : '';
}

function peopleToBe(shared: Shared, first: readonly string[]): Recipient[] {
  const isFirst = new Set(first);
  return Object.entries(shared.directory().people)
    .map(([person, { name }]) => ({ person, name }))
    .sort(
      (a, b) => Number(isFirst.has(b.person)) - Number(isFirst.has(a.person)) || a.name.localeCompare(b.name, 'en'),
    );
}
