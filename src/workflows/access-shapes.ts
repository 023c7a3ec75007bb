/**
 * Owns the shapes of the orders to the book of access, checked with plain code so that nothing that
 * a client may send can fail a workflow task. The domain decides whether an order is accepted.
 */
import type { AccessOrderName, AccessOrders, Refusal } from '../domain';
import { isRecord, isWholeInstant } from './envelope';

type Fits = (value: unknown) => boolean;
/** A check for each field of an order: a missing one does not compile. */
type Shape<O> = { readonly [F in keyof Required<O>]: Fits };

const text =
  (most: number): Fits =>
  (value) =>
    typeof value === 'string' && value.length > 0 && value.length <= most;
const like =
  (form: RegExp): Fits =>
  (value) =>
    typeof value === 'string' && form.test(value);
const texts =
  (most: number, long: number): Fits =>
  (value) =>
    Array.isArray(value) && value.length <= most && value.every(text(long));
const optional =
  (fits: Fits): Fits =>
  (value) =>
    value === undefined || fits(value);
const person = text(120);
const name = text(60);
const sha256 = like(/^[0-9a-f]{64}$/);
const tokenId = like(/^[a-z0-9]{12,40}$/);
const code = like(/^[A-Z0-9-]{6,24}$/);
const scopes: Fits = (value) =>
  isRecord(value) &&
  misfits({ operations: optional(texts(50, 40)), services: optional(texts(50, 60)) }, value).length === 0;
const minted: Fits = (value) => isRecord(value) && misfits({ id: tokenId, sha256 }, value).length === 0;
const mayBringToken = { minted: optional(minted), name: optional(name), expiresAt: optional(isWholeInstant) };
const header = { key: text(300), fingerprint: text(300), by: person };

const shapes: { readonly [N in AccessOrderName]: Shape<AccessOrders[N]> } = {
  'create-token': {
    ...header,
    minted,
    kind: (value) => value === 'person' || value === 'ci',
    owner: person,
    name,
    scopes,
    expiresAt: isWholeInstant,
  },
  'rotate-token': { ...header, id: tokenId, minted, expiresAt: isWholeInstant, oldUntil: isWholeInstant },
  'revoke-token': { ...header, id: tokenId },
  'note-use': { ...header, id: tokenId },
  'sign-out': { ...header, person, everything: optional((value) => typeof value === 'boolean') },
  'note-groups': { ...header, person, groups: texts(50, 200) },
  'end-session': { ...header, session: like(/^[a-z0-9]{16,40}$/), until: isWholeInstant },
  'begin-login': { ...header, code, pollSha256: sha256, name, scopes, from: optional(text(200)) },
  'confirm-login': { ...header, code },
  'collect-login': { ...header, code, pollSha256: sha256, minted, expiresAt: isWholeInstant },
  'make-link': { ...header, sha256, person, expiresAt: isWholeInstant },
  'use-link': { ...header, sha256, ...mayBringToken },
  'claim-first-admin': { ...header, ...mayBringToken },
  'drop-admin': { ...header, person },
};

/** Why `order` is no order called `name`; undefined when it fits. */
export function misfitOf(name: AccessOrderName, order: unknown): Refusal | undefined {
  const wrong = isRecord(order) ? misfits(shapes[name], order) : Object.keys(shapes[name]);
  if (wrong.length === 0) return undefined;
  const errors = wrong.map((path) => ({ path, message: 'is absent, unknown or does not fit' }));
  return { kind: 'invalid', reason: 'malformed', message: `${name} does not fit: ${wrong.join(', ')}`, errors };
}

/** The fields that do not fit. One that nobody knows might be a secret, and is refused unseen. */
function misfits(shape: Readonly<Record<string, Fits>>, value: Record<string, unknown>): readonly string[] {
  const wrong = Object.entries(shape).flatMap(([field, fits]) => (fits(value[field]) ? [] : [field]));
  const unknown = Object.keys(value).filter((field) => !Object.hasOwn(shape, field));
  return [...wrong, ...unknown.slice(0, 3).map((field) => field.slice(0, 40))];
}
