/**
 * Owns the routes of tokens: everybody has their own, an admin those of others and of programs. The
 * rules are the domain's; the secret of a token is in the answer that makes it, and nowhere else.
 */
import { bodySchema } from '../../contracts/commands';
import { createTokenOrder, rotateTokenOrder } from '../../contracts/token-orders';
import { newTokenSchema, pageSchema, tokenRowSchema, type TokenRow } from '../../contracts/view';
import { dayMs, isLive, type AccessToken } from '../../domain';
import { given } from '../../given';
import { mintToken } from '../access/token-text';
import { fingerprintOf, idempotencyKey } from '../http/idempotency';
import { ApiProblem, malformed } from '../http/problem';
import { readQuery, type Parameters } from '../http/query';
import { jsonBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';
import { newTokenAnswer, shownToken } from '../present/tokens-shown';
import { readTokenFields } from './token-fields';

/** How long a token counts of which nobody says it. */
export const usualTokenMs = 90 * dayMs;
/** How long the old token goes on beside the new one. */
const usualOverlapMs = dayMs;

const listQuery = {
  all: { type: 'boolean', about: 'also those of others; needs an admin' },
  past: { type: 'boolean', about: 'also those that are over' },
} as const satisfies Parameters;
const createBody = bodySchema('create-token', createTokenOrder);
const rotateBody = bodySchema('rotate-token', rotateTokenOrder);

export function tokenRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/v1/tokens',
      name: 'list-tokens',
      needs: 'viewer',
      peopleOnly: true,
      about: 'your tokens, without their secrets',
      query: listQuery,
      asksWho: true,
      asks: ({ request }) =>
        Promise.resolve(readQuery(listQuery, request.query).all === true ? { needs: 'admin' } : {}),
      success: { status: 200, about: 'tokens, the oldest first', schema: pageSchema(tokenRowSchema) },
      handle: (call) => list(shared, call),
    },
    {
      method: 'post',
      path: '/v1/tokens',
      name: 'create-token',
      needs: 'viewer',
      peopleOnly: true,
      about: createTokenOrder.about,
      asks: (call) => Promise.resolve(askedAbout('create-token', isForMe(call))),
      order: { body: createBody, required: true },
      success: { status: 201, about: 'the new token', schema: newTokenSchema },
      problems: ['refused', 'key-reuse'],
      handle: (call) => create(shared, call),
    },
    {
      method: 'post',
      path: '/v1/tokens/:token/rotate',
      name: 'rotate-token',
      needs: 'viewer',
      peopleOnly: true,
      about: rotateTokenOrder.about,
      asks: async (call) => askedAbout('rotate-token', await isMine(shared, call)),
      order: { body: rotateBody, required: false },
      success: { status: 201, about: 'the new token', schema: newTokenSchema },
      problems: ['not-found', 'refused', 'key-reuse'],
      handle: (call) => rotate(shared, call),
    },
    {
      method: 'delete',
      path: '/v1/tokens/:token',
      name: 'revoke-token',
      needs: 'viewer',
      peopleOnly: true,
      about: 'end a token: it is over with the next request',
      asks: async (call) => askedAbout('revoke-token', await isMine(shared, call)),
      asksWho: true,
      success: { status: 200, about: 'the token as it is now', schema: tokenRowSchema },
      problems: ['not-found'],
      handle: (call) => revoke(shared, call),
    },
    {
      method: 'delete',
      path: '/v1/people/:person/tokens',
      name: 'revoke-tokens-of',
      needs: 'viewer',
      peopleOnly: true,
      about: 'end all tokens of a person, and the one-time secrets that sign the person in; those of programs go on',
      asks: ({ params, principal }) =>
        Promise.resolve(askedAbout('revoke-tokens-of', params['person'] === principal.id)),
      asksWho: true,
      success: { status: 200, about: 'the tokens that this ended', schema: pageSchema(tokenRowSchema) },
      handle: (call) => revokeAll(shared, call),
    },
    {
      method: 'delete',
      path: '/v1/people/:person/sessions',
      name: 'sign-out-of',
      needs: 'viewer',
      peopleOnly: true,
      about: 'sign a person out of every browser; tokens go on',
      asks: ({ params, principal }) => Promise.resolve(askedAbout('sign-out-of', params['person'] === principal.id)),
      asksWho: true,
      success: { status: 204, about: 'done' },
      handle: (call) => signOutOf(shared, call),
    },
  ];
}

/**
 * What an order about signing in asks for: one's own needs no admin. Never `read`: whoever has a
 * token for some operations must not make one for all.
 */
export function askedAbout(operation: string, isOwn: boolean) {
  return { operation, needs: isOwn ? 'viewer' : 'admin' } as const;
}

/**
 * Whether the body names nobody else than whoever asks. A body that does not fit is refused later,
 * and needs no more than one that fits.
 */
export function isForMe({ request, principal: { id } }: Call): boolean {
  const { person, ci } = { ...(jsonBody(request) as { readonly person?: unknown; readonly ci?: unknown } | null) };
  return (person === undefined || person === id) && ci !== true;
}

async function isMine(shared: Shared, call: Call): Promise<boolean> {
  const found = await tokenOf(shared, call);
  return found !== undefined && found.kind === 'person' && found.owner === call.principal.id;
}

async function tokenOf(shared: Shared, call: Call): Promise<AccessToken | undefined> {
  const id = idOf(call);
  return (await shared.accessBook.read()).tokens.find((token) => token.id === id);
}

/** The id, also as the timeline names it: `mus_pat_k3x9...`. */
function idOf({ params }: Call): string {
  return (params['token'] ?? '').replace(/^mus_(pat|ci)_/, '').replace(/\..*$/, '');
}

async function list(shared: Shared, { request, principal: { id } }: Call): Promise<Answer> {
  return { body: { items: await tokensOf(shared, id, readQuery(listQuery, request.query)), next: null } };
}

/** The tokens of `person`, or of everybody; those that count, or all. */
export async function tokensOf(
  shared: Shared,
  person: string,
  { all, past }: { readonly all?: boolean | undefined; readonly past?: boolean | undefined } = {},
): Promise<TokenRow[]> {
  const now = shared.clock();
  const { tokens } = await shared.accessBook.read();
  return tokens
    .filter(({ owner }) => all === true || owner === person)
    .map((token) => shownToken(token, now))
    .filter(({ standing }) => past === true || standing === 'counts');
}

async function create(shared: Shared, call: Call): Promise<Answer> {
  const fields = readTokenFields(shared, call, createTokenOrder.fields, createBody);
  const { name = '', person, ci, operations, services, expiresAt } = fields;
  const kind = ci === true ? 'ci' : 'person';
  if (kind === 'ci' && person !== undefined)
    throw malformed([{ path: 'person', message: 'the token of a program is that of no person; leave one out' }]);
  const owner = person ?? call.principal.id;
  checkOwner(shared, kind, owner);
  const scopes = given({ operations, services });
  return made(shared, call, 'create-token', kind, (header, minted) =>
    shared.accessBook.order('create-token', {
      ...header,
      minted,
      kind,
      owner,
      name,
      scopes,
      expiresAt: instantOr(expiresAt, shared.clock() + usualTokenMs),
    }),
  );
}

/** Throws a problem when people.yaml does not have `owner`. */
export function checkOwner(shared: Shared, kind: AccessToken['kind'], owner: string): void {
  if (kind === 'person' && !Object.hasOwn(shared.directory().people, owner))
    throw malformed([{ path: 'person', message: `people.yaml does not have ${owner}; say whose token it is` }]);
}

async function rotate(shared: Shared, call: Call): Promise<Answer> {
  const { expiresAt, oldUntil } = readTokenFields(shared, call, rotateTokenOrder.fields, rotateBody);
  const old = await known(shared, call);
  const now = shared.clock();
  return made(shared, call, 'rotate-token', old.kind, (header, minted) =>
    shared.accessBook.order('rotate-token', {
      ...header,
      id: old.id,
      minted,
      expiresAt: instantOr(expiresAt, now + usualTokenMs),
      oldUntil: instantOr(oldUntil, now + usualOverlapMs),
    }),
  );
}

async function revoke(shared: Shared, call: Call): Promise<Answer> {
  const { id } = await known(shared, call);
  const { token } = await shared.accessBook.order('revoke-token', { ...headerOf(call, 'revoke-token', id), id });
  return { body: shownToken(token!, shared.clock()) };
}

// The person need not be in people.yaml any more.
async function revokeAll(shared: Shared, call: Call): Promise<Answer> {
  const person = call.params['person'] ?? '';
  const now = shared.clock();
  const counted = (await shared.accessBook.read()).tokens.filter(
    (token) => token.kind === 'person' && token.owner === person && isLive(token, now),
  );
  await shared.accessBook.order('sign-out', { ...headerOf(call, 'sign-out', person), person, everything: true });
  const { tokens } = await shared.accessBook.read();
  const ended = tokens.filter(({ id }) => counted.some((token) => token.id === id));
  shared.log.info('all tokens of a person were ended', { person, by: call.principal.id, count: ended.length });
  return { body: { items: ended.map((token) => shownToken(token, shared.clock())), next: null } };
}

// The tokens go on: a program of the person may need them.
async function signOutOf(shared: Shared, call: Call): Promise<Answer> {
  const person = call.params['person'] ?? '';
  await shared.accessBook.order('sign-out', { ...headerOf(call, 'sign-out', person), person });
  shared.log.info('all sessions of a person were ended', { person, by: call.principal.id });
  return { status: 204, body: undefined };
}

async function known(shared: Shared, call: Call): Promise<AccessToken> {
  const found = await tokenOf(shared, call);
  if (found === undefined) throw new ApiProblem('not-found', `there is no token ${idOf(call).slice(0, 40)}`);
  return found;
}

type Header = ReturnType<typeof headerOf>;
function headerOf({ request, principal: { id: by } }: Call, name: string, about: unknown) {
  const { key } = idempotencyKey(request);
  return { key: `${name}/${key}`, fingerprint: fingerprintOf(about, by), by };
}

/** Makes a token; the answer alone has its text. */
async function made(
  shared: Shared,
  call: Call,
  name: string,
  kind: AccessToken['kind'],
  order: (header: Header, minted: ReturnType<typeof mintToken>['minted']) => Promise<{ readonly token?: AccessToken }>,
): Promise<Answer> {
  const { text, minted } = mintToken(kind);
  const header = headerOf(call, name, { path: call.request.path, body: jsonBody(call.request) });
  const { token } = await order(header, minted);
  shared.log.info('a token was made', { id: token!.id, kind, owner: token!.owner, by: header.by });
  const answer = newTokenAnswer(token!, text, header.key.slice(name.length + 1), shared.clock());
  return { ...answer, headers: { Location: '/v1/tokens', ...answer.headers } };
}

function instantOr(text: string | undefined, usual: number): number {
  return text === undefined ? usual : Date.parse(text);
}
