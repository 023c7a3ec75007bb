/**
 * Owns how a command line is signed in by a browser: it shows a code, somebody who has signed in
 * with a browser sees the same code there and confirms it, and the command line gets a token of
 * that person (as in RFC 8628, whose grant many identity providers do not have).
 */
import { bodySchema } from '../../contracts/commands';
import { clockTime } from '../../contracts/clock-time';
import { collectLoginOrder, loginRequestOrder } from '../../contracts/token-orders';
import { loginRequestSchema, newTokenSchema, signInWaysSchema } from '../../contracts/view';
import { iso, loginAsked, loginStanding, nameOf, notConfirmed, type Principal } from '../../domain';
import { mintLoginCode, mintSecret, mintToken, sha256Of } from '../access/token-text';
import { signedIn } from '../admission/authenticate';
import { fingerprintOf, idempotencyKey } from '../http/idempotency';
import { ApiProblem } from '../http/problem';
import { addressOf } from '../http/reach';
import { formBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';
import { signInAnswer } from '../present/html-page';
import { newTokenAnswer } from '../present/tokens-shown';
import { Refused } from '../temporal/process-store';
import { goTo, signInPath } from './sign-in-steps';
import { readTokenFields } from './token-fields';
import { usualTokenMs } from './tokens';

const confirmPath = `${signInPath}/confirm`;
const requestsPerMinute = 20;
/** A command line asks every two seconds, and several may wait behind one address. */
const collectsPerMinute = 300;
const mostTries = 3;

const requestBody = bodySchema('login-request', loginRequestOrder);
const collectBody = bodySchema('collect-login', collectLoginOrder);

export function loginRequestRoutes(shared: Shared): Route[] {
  const page = { about: 'a small page', types: ['text/html'] } as const;
  return [
    {
      method: 'get',
      path: '/v1/logins',
      name: 'ways-to-sign-in',
      needs: 'anyone',
      about: 'how people sign in here',
      success: { status: 200, about: 'the ways', schema: signInWaysSchema },
      handle: () => ({
        body: {
          authentication: shared.access.authentication,
          provider: shared.signIn.provider.settings()?.issuer ?? null,
          url: `${shared.signIn.publicUrl}${signInPath}`,
        },
      }),
    },
    {
      method: 'post',
      path: '/v1/login-requests',
      name: 'request-login',
      needs: 'anyone',
      about: loginRequestOrder.about,
      order: { body: requestBody, required: true },
      perMinute: requestsPerMinute,
      success: { status: 201, about: 'the code', schema: loginRequestSchema },
      problems: ['refused'],
      handle: (call) => request(shared, call),
    },
    {
      method: 'post',
      path: '/v1/login-requests/:code/collect',
      name: 'collect-login',
      needs: 'anyone',
      about: collectLoginOrder.about,
      order: { body: collectBody, required: true },
      perMinute: collectsPerMinute,
      success: { status: 201, about: 'a token of the person', schema: newTokenSchema },
      problems: ['refused', 'key-reuse'],
      handle: (call) => collect(shared, call),
    },
    {
      method: 'get',
      path: confirmPath,
      forReaders: true,
      name: 'show-login-request',
      needs: 'anyone',
      about: 'the page that asks whether a terminal is yours',
      anyQuery: true,
      openedByLinks: true,
      success: { status: 200, ...page },
      handle: (call) => ask(shared, call),
    },
    {
      method: 'post',
      path: confirmPath,
      forReaders: true,
      name: 'confirm-login',
      needs: 'anyone',
      about: 'say that a terminal is yours; it gets a token of yours',
      success: { status: 200, ...page },
      problems: ['unsupported-media-type'],
      handle: (call) => confirm(shared, call),
    },
  ];
}

async function request(shared: Shared, call: Call): Promise<Answer> {
  const { name = '' } = readTokenFields(shared, call, loginRequestOrder.fields, requestBody);
  const { text: secret, sha256: pollSha256 } = mintSecret();
  const from = addressOf(call.request, call.request.ip);
  for (let tries = 1; ; tries++) {
    const code = mintLoginCode();
    const key = `begin-login/${pollSha256}`;
    try {
      const order = { key, fingerprint: key, by: 'nobody', code, pollSha256, name, scopes: {}, from };
      await shared.accessBook.order('begin-login', order);
    } catch (error) {
      if (error instanceof Refused && error.refusal.reason === 'code-taken' && tries < mostTries) continue;
      throw error;
    }
    const asked = loginAsked(await shared.accessBook.read(), code, shared.clock());
    const url = `${shared.signIn.publicUrl}${confirmPath}?code=${code}`;
    return { status: 201, body: { code, secret, url, expiresAt: iso(asked?.expiresAt ?? shared.clock()) } };
  }
}

async function collect(shared: Shared, call: Call): Promise<Answer> {
  const { secret = '' } = readTokenFields(shared, call, collectLoginOrder.fields, collectBody);
  const { text, minted } = mintToken('person');
  const { key } = idempotencyKey(call.request);
  const code = call.params['code'] ?? '';
  const asked = { code, pollSha256: sha256Of(secret) };
  // Most of these questions come too early; they need not reach the workflow.
  const now = shared.clock();
  if (loginStanding(await shared.accessBook.read(), asked, now) === 'waiting') throw new Refused(notConfirmed(code));
  const { token } = await shared.accessBook.order('collect-login', {
    key: `collect-login/${key}`,
    fingerprint: fingerprintOf(asked, 'collect-login'),
    by: 'nobody',
    ...asked,
    minted,
    expiresAt: shared.clock() + usualTokenMs,
  });
  shared.log.info('a command line was signed in by a browser', { person: token!.owner, token: token!.id });
  return newTokenAnswer(token!, text, key, shared.clock());
}

async function ask(shared: Shared, { request: asked }: Call): Promise<Answer> {
  const code = codeOf(asked.query['code']);
  const principal = await sessionOf(shared, asked);
  if (principal === undefined) return signInFirst(shared, asked, code);
  if (!Object.hasOwn(shared.directory().people, principal.id)) return stranger(principal.id);
  const found = loginAsked(await shared.accessBook.read(), code, shared.clock());
  if (found === undefined) return signInAnswer({ page: 'no-terminal', code }, 404);
  const { name: machine, from = 'an unknown address', askedAt } = found;
  const when = clockTime(askedAt, shared.config.calendar.zone);
  const name = nameOf(principal.id, shared.directory().people);
  return signInAnswer({ page: 'terminal-asks', code, machine, from, when, name });
}

// No token: one that is for some commands only must not become one for all.
async function sessionOf(shared: Shared, asked: Call['request']): Promise<Principal | undefined> {
  try {
    const principal = await signedIn(shared, asked);
    return principal?.via === 'session' ? principal : undefined;
  } catch (error) {
    if (error instanceof ApiProblem && error.problem === 'unauthenticated') return undefined;
    throw error;
  }
}

function signInFirst(shared: Shared, asked: Call['request'], code: string): Answer {
  return goTo(shared, asked, `${signInPath}?return=${encodeURIComponent(`${confirmPath}?code=${code}`)}`);
}

async function confirm(shared: Shared, { request: asked }: Call): Promise<Answer> {
  const code = codeOf(formBody(asked).get('code'));
  const principal = await sessionOf(shared, asked);
  if (principal === undefined) return signInFirst(shared, asked, code);
  const { id: by } = principal;
  if (!Object.hasOwn(shared.directory().people, by)) return stranger(by);
  try {
    const key = `confirm-login/${code}/${by}`;
    await shared.accessBook.order('confirm-login', { key, fingerprint: key, by, code });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return notSignedIn(error.message, 409);
  }
  shared.log.info('a terminal was confirmed', { person: by, code });
  return signInAnswer({ page: 'terminal-signed-in' });
}

function codeOf(text: unknown): string {
  const typed = typeof text === 'string' ? text.trim().toUpperCase() : '';
  return /^[A-Z0-9-]{6,24}$/.test(typed) ? typed : 'XXXX-XXXX';
}

function stranger(id: string): Answer {
  return notSignedIn(`people.yaml does not have you (${id}), and a terminal needs a person of it`, 403);
}

function notSignedIn(because: string, status: number): Answer {
  return signInAnswer({ page: 'not-signed-in', because, mayBeginAgain: false }, status);
}
