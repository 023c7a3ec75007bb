/**
 * Owns the routes by which somebody gets in who has no token: a one-time secret that an admin made,
 * and the code of the first admin. Each counts once, and gives a token.
 */
import { bodySchema } from '../../contracts/commands';
import { loginLinkOrder, loginOrder } from '../../contracts/token-orders';
import { loginLinkSchema, newTokenSchema } from '../../contracts/view';
import { dayMs, iso, type AccessAnswer, type AccessOrders } from '../../domain';
import { isFirstAdminOpen } from '../access/first-admin';
import { isLink, mintLink, mintToken, sha256Of } from '../access/token-text';
import { unauthenticated } from '../http/authenticator';
import { fingerprintOf, idempotencyKey } from '../http/idempotency';
import { malformed } from '../http/problem';
import { jsonBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';
import { shownToken } from '../present/tokens-shown';
import { Refused } from '../temporal/process-store';
import { readTokenFields } from './token-fields';
import { usualTokenMs } from './tokens';

/** Somebody who guesses gets nowhere, and does not cost much. */
const loginsPerMinute = 20;
/** The longest that the book of access takes. */
const linkCountsMs = dayMs;

const linkBody = bodySchema('login-link', loginLinkOrder);
const loginBody = bodySchema('login', loginOrder);

export function loginRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'post',
      path: '/v1/login-links',
      name: 'make-login-link',
      needs: 'admin',
      peopleOnly: true,
      about: loginLinkOrder.about,
      order: { body: linkBody, required: true },
      success: { status: 201, about: 'the one-time secret', schema: loginLinkSchema },
      problems: ['refused', 'key-reuse'],
      handle: (call) => makeLink(shared, call),
    },
    {
      method: 'post',
      path: '/v1/logins',
      name: 'log-in',
      needs: 'anyone',
      about: loginOrder.about,
      order: { body: loginBody, required: true },
      perMinute: loginsPerMinute,
      success: { status: 201, about: 'a token of the person', schema: newTokenSchema },
      problems: ['unauthenticated', 'refused', 'key-reuse'],
      handle: (call) => logIn(shared, call),
    },
    {
      method: 'delete',
      path: '/v1/first-admin',
      name: 'drop-first-admin',
      needs: 'admin',
      peopleOnly: true,
      about: 'take away what the code of the first admin gave; access.yaml says who is an admin from then on',
      asksWho: true,
      success: { status: 204, about: 'done' },
      problems: ['refused'],
      handle: (call) => dropFirstAdmin(shared, call),
    },
  ];
}

async function makeLink(shared: Shared, call: Call): Promise<Answer> {
  const { person = '' } = readTokenFields(shared, call, loginLinkOrder.fields, linkBody);
  const { text, sha256 } = mintLink();
  const expiresAt = shared.clock() + linkCountsMs;
  const { principal, request } = call;
  const by = principal.id;
  // Under a key of its own each time: a repeat could not show the first secret again.
  const key = `make-link/${sha256}`;
  const { key: asked } = idempotencyKey(request);
  await shared.accessBook.order('make-link', { key, fingerprint: key, by, sha256, person, expiresAt });
  shared.log.info('a one-time login was made', { person, by });
  return {
    status: 201,
    headers: { 'Idempotency-Key': asked },
    body: { person, secret: text, expiresAt: iso(expiresAt) },
  };
}

async function logIn(shared: Shared, call: Call): Promise<Answer> {
  const { secret = '', person, name = '' } = readTokenFields(shared, call, loginOrder.fields, loginBody);
  const { text, minted } = mintToken('person');
  const { key } = idempotencyKey(call.request);
  const fingerprint = fingerprintOf(jsonBody(call.request), 'log-in');
  const wanted = { key, fingerprint, minted, name, expiresAt: shared.clock() + usualTokenMs };
  const { token } = isLink(secret)
    ? await byLink(shared, secret, wanted)
    : await byCode(shared, secret, person, wanted);
  shared.log.info('somebody signed in by a one-time secret', { person: token!.owner, token: token!.id });
  return {
    status: 201,
    headers: { 'Idempotency-Key': key },
    body: { ...shownToken(token!, shared.clock()), token: text },
  };
}

type Wanted = Omit<AccessOrders['use-link'], 'by' | 'sha256'>;

async function byLink(shared: Shared, secret: string, wanted: Wanted): Promise<AccessAnswer> {
  const order = { ...wanted, key: `use-link/${wanted.key}`, by: 'link', sha256: sha256Of(secret) };
  try {
    return await shared.accessBook.order('use-link', order);
  } catch (error) {
    if (error instanceof Refused && error.refusal.reason === 'unknown-link')
      throw unauthenticated(error.refusal.message);
    throw error;
  }
}

async function byCode(shared: Shared, code: string, person: string | undefined, wanted: Wanted): Promise<AccessAnswer> {
  const book = await shared.accessBook.read();
  if (!shared.isFirstAdminCode(book, code))
    throw unauthenticated('this is no one-time secret of this installation; ask an admin for one');
  // That it was used, the book says.
  if (book.claimed === undefined && !isFirstAdminOpen(book, shared.accessRules()))
    throw unauthenticated('access.yaml names an admin, so the code of the first one does not count; ask that admin');
  if (person === undefined)
    throw malformed([
      { path: 'person', message: 'with the code of the first admin, say who you are: a person of people.yaml' },
    ]);
  const order = { ...wanted, key: `claim-first-admin/${wanted.key}`, by: person };
  return shared.accessBook.order('claim-first-admin', order);
}

async function dropFirstAdmin(shared: Shared, { principal: { id: by }, request }: Call): Promise<Answer> {
  const { key } = idempotencyKey(request);
  const { admins } = await shared.accessBook.read();
  const [person = by] = admins;
  await shared.accessBook.order('drop-admin', { key: `drop-admin/${key}`, fingerprint: person, by, person });
  return { status: 204, body: undefined };
}
