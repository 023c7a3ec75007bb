/** Owns the rules about people in the book: who is signed out, and who is an admin. */
import type { Instant } from '../model';
import { refused } from '../text/refused';
import { isoSecond } from '../time/instants';
import { tidied, type AccessBook, type AccessState, type EndedSession } from './book';
import type { ClaimFirstAdmin, DropAdmin, EndSession, Ruled, SignOut } from './order-forms';
import { groupsOf } from './groups';
import { adminsOf, type AccessRules } from './grants';
import type { Grant } from './principal';
import { revoked, signedIn } from './tokens';

/**
 * Ends the sessions of a person that have begun. `everything` ends whatever else lets somebody act
 * as that person too; tokens of CI go on.
 */
export function signOut(book: AccessBook, { person, everything, by }: SignOut, now: Instant): Ruled {
  const epoch = book.epoch + 1;
  const others = book.signedOut.filter((out) => out.person !== person);
  const out = { ...book, epoch, signedOut: [...others, { person, epoch, at: now }] };
  if (everything !== true) return { ok: true, book: out, person };
  const tokens = book.tokens.filter(({ owner, kind }) => owner === person && kind === 'person');
  const links = book.links.filter((link) => link.person !== person);
  const logins = book.logins.filter(({ confirmed }) => confirmed?.by !== person);
  return { ok: true, book: revoked({ ...out, links, logins }, tokens, by, now), person };
}

const mostEndedOfOne = 50;
const mostEnded = 400;

/**
 * Ends one session, which its person has closed. A copy of its cookie signs nobody in any more. Who
 * has closed a great many is signed out everywhere instead: what is remembered has an end, and it
 * must cost nobody else.
 */
export function endSession(book: AccessBook, order: EndSession, now: Instant): Ruled {
  const { session, until, by } = order;
  const others = (book.endedSessions ?? []).filter(({ id }) => id !== session);
  const ended: readonly EndedSession[] = [...others, { id: session, person: by, until }];
  const next = tidied({ ...book, endedSessions: ended }, now);
  const over = personWithTooMany(next.endedSessions ?? []);
  if (over === undefined) return { ok: true, book: next, person: by };
  const rest = (next.endedSessions ?? []).filter(({ person }) => person !== over);
  const out = signOut({ ...next, endedSessions: rest }, { ...order, person: over }, now);
  return out.ok ? { ...out, person: by } : out;
}

function personWithTooMany(ended: readonly EndedSession[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { person } of ended) counts.set(person, (counts.get(person) ?? 0) + 1);
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return most !== undefined && (most[1] > mostEndedOfOne || ended.length > mostEnded) ? most[0] : undefined;
}

/** Makes `by` the first admin, once for all time. */
export function claimFirstAdmin(book: AccessBook, order: ClaimFirstAdmin, now: Instant): Ruled {
  const { by } = order;
  if (book.claimed)
    return refused(
      'claimed',
      `${book.claimed.by} used the code at ${isoSecond(book.claimed.at)}, and it counts once; ask an admin, or name one in access.yaml`,
    );
  const claimed = { ...book, admins: [...book.admins, by], claimed: { by, at: now } };
  return signedIn(claimed, by, order, now);
}

/** What the book says of the roles of `person`: the groups, and the code of the first admin. */
export function standingOf(
  book: AccessState,
  person: string,
  now: Instant,
): { readonly groups: readonly string[]; readonly further: readonly Grant[] } {
  const further: readonly Grant[] = book.admins.includes(person) ? [{ role: 'admin' }] : [];
  return { groups: groupsOf(book, person, now), further };
}

/** Takes from a person what the code of the first admin gave. */
export function dropAdmin(book: AccessBook, { person }: DropAdmin): Ruled {
  if (!book.admins.includes(person))
    return refused('no-admin', `${person} is no admin by the code; admins of access.yaml are changed there`);
  return { ok: true, book: { ...book, admins: book.admins.filter((admin) => admin !== person) }, person };
}

/**
 * Who is an admin at `now`: by a line of access.yaml, by a group that such a line names, or by the
 * code of the first admin.
 */
export function adminsNow(rules: AccessRules, book: AccessState, now: Instant): string[] {
  const lines = rules.roles.filter(({ role, services }) => role === 'admin' && services === undefined);
  const groups = new Set(lines.flatMap((line) => line.groups));
  const byGroup = (book.groups ?? [])
    .map(({ person }) => person)
    .filter((person) => groupsOf(book, person, now).some((group) => groups.has(group)));
  return [...new Set([...adminsOf(rules), ...book.admins, ...byGroup])];
}
