/**
 * Owns the routes by which somebody gets in who has no token: a one-time secret that an admin made,
 * and the code of the first admin. Each counts once, and gives a token.
 */
import { bodySchema } from '../../contracts/commands';
import { loginLinkOrder, loginOrder } from '../../contracts/token-orders';
import { loginLinkSchema, newTokenSchema } from '../../contracts/view';
import { dayMs, iso } from '../../domain';
import { mintLink, mintToken } from '../access/token-text';
import { fingerprintOf, idempotencyKey } from '../http/idempotency';
import { jsonBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';
import { newTokenAnswer } from '../present/tokens-shown';
import { signInOnce } from './once';
import { readTokenFields } from './token-fields';
import { askedAbout, checkOwner, isForMe, usualTokenMs } from './tokens';

/** Somebody who guesses gets nowhere, and does not cost much. */
const loginsPerMinute = 20;
/** The longest that the book of access takes. */
const linkCountsMs = dayMs;
const ownLinkCountsMs = 10 * 60_000;

const linkBody = bodySchema('login-link', loginLinkOrder);
const loginBody = bodySchema('login', loginOrder);

export function loginRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'post',
      path: '/v1/login-links',
      name: 'make-login-link',
      needs: 'viewer',
      peopleOnly: true,
      about: loginLinkOrder.about,
      asks: (call) => Promise.resolve(askedAbout('make-login-link', isForMe(call))),
      order: { body: linkBody, required: false },
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
  const { principal, request } = call;
  const by = principal.id;
  const { person = by } = readTokenFields(shared, call, loginLinkOrder.fields, linkBody);
  checkOwner(shared, 'person', person);
  const { text, sha256 } = mintLink();
  // Whoever makes it for themselves has the browser at hand.
  const expiresAt = shared.clock() + (person === by ? ownLinkCountsMs : linkCountsMs);
  // Under a key of its own each time: a repeat could not show the first secret again.
  const key = `make-link/${sha256}`;
  const { key: asked } = idempotencyKey(request);
  await shared.accessBook.order('make-link', { key, fingerprint: key, by, sha256, person, expiresAt });
  shared.log.info('a one-time login was made', { person, by });
  return {
    status: 201,
    headers: { 'Idempotency-Key': asked },
    body: { person, secret: text, url: `${shared.signIn.publicUrl}/login?once=${text}`, expiresAt: iso(expiresAt) },
  };
}

async function logIn(shared: Shared, call: Call): Promise<Answer> {
  const { secret = '', person, name = '' } = readTokenFields(shared, call, loginOrder.fields, loginBody);
  const { text, minted } = mintToken('person');
  const { key } = idempotencyKey(call.request);
  const fingerprint = fingerprintOf(jsonBody(call.request), 'log-in');
  const wanted = { key, fingerprint, minted, name, expiresAt: shared.clock() + usualTokenMs };
  const { token } = await signInOnce(shared, { secret, person }, wanted);
  shared.log.info('somebody signed in by a one-time secret', { person: token!.owner, token: token!.id });
  return newTokenAnswer(token!, text, key, shared.clock());
}

async function dropFirstAdmin(shared: Shared, { principal: { id: by }, request }: Call): Promise<Answer> {
  const { key } = idempotencyKey(request);
  const { admins } = await shared.accessBook.read();
  const [person = by] = admins;
  await shared.accessBook.order('drop-admin', { key: `drop-admin/${key}`, fingerprint: person, by, person });
  return { status: 204, body: undefined };
}
