/**
 * Owns the groups of people as the identity provider said them at their last sign-in: whatever
 * somebody signs in by, a session or a token, they have the roles of these groups. They count for
 * a while only, because nobody asks the provider in between. Pure.
 */
import type { Instant } from '../model';
import { bytesOf } from '../text/bytes';
import { dayMs } from '../time/instants';
import type { AccessBook, AccessState, KnownGroups } from './book';
import type { NoteGroups, Ruled } from './order-forms';

/** For how long the groups of the last sign-in count. */
export const groupsCountDays = 30;
const mostPeople = 2_000;
/** Of all of them; the rest of the book needs its room in the memo too. */
const mostBytes = 150_000;

/** The groups of `person` that count at `now`. */
export function groupsOf({ groups = [] }: AccessState, person: string, now: Instant): readonly string[] {
  const known = groups.find((one) => one.person === person);
  return known && now < known.at + groupsCountDays * dayMs ? known.groups : [];
}

/** Whether what a sign-in at `now` says has to be noted: it is new, or was noted a day ago. */
export function areGroupsNews(
  { groups = [] }: AccessState,
  { person, groups: said }: Pick<KnownGroups, 'person' | 'groups'>,
  now: Instant,
): boolean {
  const known = groups.find((one) => one.person === person);
  if (known === undefined) return said.length > 0;
  return now >= known.at + dayMs || JSON.stringify(known.groups) !== JSON.stringify(said);
}

/** Notes the groups of a person who has just signed in. */
export function noteGroups(book: AccessBook, { person, groups }: NoteGroups, now: Instant): Ruled {
  const others = (book.groups ?? []).filter((one) => one.person !== person && now < one.at + groupsCountDays * dayMs);
  let kept: readonly KnownGroups[] = [...others, { person, groups, at: now }].slice(-mostPeople);
  // The sign-ins that lie furthest back give way.
  for (let bytes = bytesOf(kept); bytes > mostBytes && kept.length > 1; bytes = bytesOf(kept))
    kept = kept.slice(Math.ceil(kept.length / 20));
  return { ok: true, book: { ...book, groups: kept }, person };
}
