/**
 * Owns how the book of access stands in the memo of its workflow. Tokens, logins and links stand in
 * fields by their first letter: an order writes only the fields that it changes, and a reader,
 * which every request is, does not have to decode a field for each token.
 */
import { given } from '../../given';
import {
  emptyAccess,
  type AccessBook,
  type AccessState,
  type AccessToken,
  type KnownGroups,
  type LoginLink,
  type LoginRequest,
} from './book';

type Fields = Readonly<Record<string, unknown>>;

/** The whole memo. */
export function accessMemo(book: AccessBook): Record<string, unknown> {
  const { mark, epoch, signedOut, floor, admins, claimed, endedSessions } = book;
  return {
    book: { mark, epoch, signedOut, floor, admins, ...given({ claimed, endedSessions }) },
    ...byLetter('tokens', book.tokens, ({ id }) => id),
    ...byLetter('logins', book.logins, ({ code }) => code),
    ...byLetter('links', book.links, ({ sha256 }) => sha256),
    ...byLetter('groups', book.groups ?? [], ({ person }) => person),
  };
}

/** The fields that change between two books; one that goes is null. */
export function accessMemoChanges(before: AccessBook, after: AccessBook): Record<string, unknown> {
  const [old, now] = [accessMemo(before), accessMemo(after)];
  const changed = Object.entries(now).filter(([field, value]) => !isSame(old[field], value));
  const gone = Object.keys(old).filter((field) => !Object.hasOwn(now, field));
  return { ...Object.fromEntries(changed), ...Object.fromEntries(gone.map((field) => [field, null])) };
}

// An entry that no order touched is the same object; only the rest is compared as it is written.
function isSame(before: unknown, after: unknown): boolean {
  if (Array.isArray(before) && Array.isArray(after))
    return before.length === after.length && before.every((entry, index) => entry === after[index]);
  return JSON.stringify(before) === JSON.stringify(after);
}

/**
 * The book in a memo; undefined when the memo cannot be read. A memo that is half readable is not
 * read either: who was signed out must not be missed.
 */
export function accessOfMemo(memo: Fields): AccessState | undefined {
  const book = memo['book'];
  if (!isPart<AccessState>(book, 'mark')) return undefined;
  const { answered: _, ...empty } = emptyAccess;
  const tokens = entries<AccessToken>(memo, 'tokens', 'sha256');
  const logins = entries<LoginRequest>(memo, 'logins', 'code');
  const links = entries<LoginLink>(memo, 'links', 'sha256');
  const groups = entries<KnownGroups>(memo, 'groups', 'person');
  if (!tokens || !logins || !links || !groups) return undefined;
  return {
    ...empty,
    ...book,
    tokens: tokens.sort((a, b) => a.createdAt - b.createdAt),
    logins: logins.sort((a, b) => a.askedAt - b.askedAt),
    links: links.sort((a, b) => a.createdAt - b.createdAt),
    ...(groups.length === 0 ? {} : { groups: groups.sort((a, b) => a.at - b.at) }),
  };
}

function byLetter<T>(name: string, all: readonly T[], keyOf: (entry: T) => string): Record<string, T[]> {
  const fields: Record<string, T[]> = {};
  for (const entry of all) (fields[`${name} ${keyOf(entry).slice(0, 1)}`] ??= []).push(entry);
  return fields;
}
function entries<T extends object>(memo: Fields, name: string, field: keyof T & string): T[] | undefined {
  const found: T[] = [];
  for (const [key, value] of Object.entries(memo)) {
    if (!key.startsWith(`${name} `) || value === null) continue;
    if (!Array.isArray(value) || !value.every((entry) => isPart<T>(entry, field))) return undefined;
    found.push(...value);
  }
  return found;
}
function isPart<T extends object>(value: unknown, field: keyof T & string): value is T {
  return typeof value === 'object' && value !== null && typeof (value as Fields)[field] === 'string';
}
