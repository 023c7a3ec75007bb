/**
 * Owns how the book of access stands in the memo of its workflow: a field for each token, login and
 * link, so that an order writes only what it changed.
 */
import { given } from '../../given';
import type { AccessBook, AccessState, AccessToken, LoginLink, LoginRequest } from './book';
import { emptyAccess } from './book';

type Fields = Readonly<Record<string, unknown>>;

/** The whole memo. */
export function accessMemo(book: AccessBook): Record<string, unknown> {
  const { mark, epoch, signedOut, floor, admins, claimed } = book;
  return Object.fromEntries<unknown>([
    ['book', { mark, epoch, signedOut, floor, admins, ...given({ claimed }) }],
    ...book.tokens.map((token) => [`token ${token.id}`, token] as const),
    ...book.logins.map((login) => [`login ${login.code}`, login] as const),
    ...book.links.map((link) => [`link ${link.sha256}`, link] as const),
  ]);
}

/** The fields that change between two books; one that goes is null. */
export function accessMemoChanges(before: AccessBook, after: AccessBook): Record<string, unknown> {
  const [old, now] = [accessMemo(before), accessMemo(after)];
  const changed = Object.entries(now).filter(([field, value]) => !isSame(old[field], value));
  const gone = Object.keys(old).filter((field) => !Object.hasOwn(now, field));
  return { ...Object.fromEntries(changed), ...Object.fromEntries(gone.map((field) => [field, null])) };
}

// An entry that no order touched is the same object; only what is put together anew is compared.
function isSame(before: unknown, after: unknown): boolean {
  return before === after || (before !== undefined && JSON.stringify(before) === JSON.stringify(after));
}

/**
 * The book in a memo; undefined when the memo cannot be read. A memo that is half readable is not
 * read either: who was signed out must not be missed.
 */
export function accessOfMemo(memo: Fields): AccessState | undefined {
  const book = memo['book'];
  if (!isPart<AccessState>(book, 'mark')) return undefined;
  const { answered: _, ...empty } = emptyAccess;
  const [tokens, logins, links] = [
    parts<AccessToken>(memo, 'token ', 'sha256'),
    parts<LoginRequest>(memo, 'login ', 'code'),
    parts<LoginLink>(memo, 'link ', 'sha256'),
  ];
  if (!tokens || !logins || !links) return undefined;
  return {
    ...empty,
    ...book,
    tokens: tokens.sort((a, b) => a.createdAt - b.createdAt),
    logins: logins.sort((a, b) => a.askedAt - b.askedAt),
    links: links.sort((a, b) => a.createdAt - b.createdAt),
  };
}

function parts<T extends object>(memo: Fields, prefix: string, field: keyof T & string): T[] | undefined {
  const found = Object.entries(memo).flatMap(([name, value]) =>
    name.startsWith(prefix) && value !== null ? [value] : [],
  );
  return found.every((value) => isPart<T>(value, field)) ? found : undefined;
}
function isPart<T extends object>(value: unknown, field: keyof T & string): value is T {
  return typeof value === 'object' && value !== null && typeof (value as Fields)[field] === 'string';
}
