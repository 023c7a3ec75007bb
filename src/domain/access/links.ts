/** Owns the rules of links that sign a person in: each counts once, for a day at the most. */
import type { Instant } from '../model';
import { malformed, refused } from '../text/refused';
import { dayMs, isoSecond } from '../time/instants';
import type { AccessBook } from './book';
import type { MakeLink, Ruled, UseLink } from './order-forms';
import { signedIn } from './tokens';

const mostOfOnePerson = 5;
const mostInAll = 200;
const mostUsedKept = 100;

/** Makes a link for `person`. */
export function makeLink(book: AccessBook, order: MakeLink, now: Instant): Ruled {
  const { sha256, person, expiresAt, by } = order;
  if (expiresAt <= now || expiresAt > now + dayMs)
    return malformed('expiresAt', 'expected an instant that lies ahead, within a day');
  const kept = book.links.filter((link) => now < link.expiresAt);
  if (kept.some((link) => link.sha256 === sha256)) return refused('id-taken', 'there is such a link already');
  const unused = kept.filter((link) => link.usedAt === undefined);
  if (unused.filter((link) => link.person === person).length >= mostOfOnePerson)
    return refused(
      'too-many-links',
      `${mostOfOnePerson} unused links of ${person} count; use one of them, or wait until one expires`,
    );
  if (unused.length >= mostInAll)
    return refused('too-many-links', `${mostInAll} unused links count in all; wait until some are used or expire`);
  const link = { sha256, person, createdBy: by, createdAt: now, expiresAt };
  // Those that were used stay for a while, so that it can be said why they are over.
  const used = kept.filter(({ usedAt }) => usedAt !== undefined).slice(-mostUsedKept);
  return { ok: true, book: { ...book, links: [...used, ...unused, link] }, person };
}

/** Uses a link up, for a token or a session of the person whom it signs in. */
export function useLink(book: AccessBook, order: UseLink, now: Instant): Ruled {
  const { sha256 } = order;
  const link = book.links.find((one) => one.sha256 === sha256);
  if (!link || now >= link.expiresAt) return refused('unknown-link', 'this link is over; ask an admin for a new one');
  if (link.usedAt !== undefined)
    return refused(
      'used',
      `this link was used at ${isoSecond(link.usedAt)}, and counts once; ask an admin for a new one`,
    );
  const links = book.links.map((one) => (one === link ? { ...link, usedAt: now } : one));
  return signedIn({ ...book, links }, link.person, order, now);
}
