/**
 * A gate counts people, not tokens: whoever votes by four tokens at once has one vote, and the
 * deployment waits for a second person.
 */
import { tokenAuthenticator } from '../../src/api/access/token-authenticator';
import type { AccessRules } from '../../src/domain';
import type { Config } from '../../src/config';
import { RulesAccess } from './rules-access';
import { keyAuthenticator } from '../../src/api/access/configured-keys';
import { launch, onNetwork, serve, shippedConfig } from './serve';
import { bearer } from './signed-in';

/** The gate asks for nothing but two people. */
const config: Config = {
  ...shippedConfig,
  templates: shippedConfig.templates.map((template) => ({
    ...template,
    compiled: { ...template.compiled, gates: template.compiled.gates.map((gate) => ({ ...gate, requires: [] })) },
  })),
};
const rules: AccessRules = {
  everybody: 'responder',
  roles: [{ role: 'admin', people: ['emeka'], groups: [] }],
};
const key = 'emeka-'.padEnd(32, 'k');
const boss = bearer(key);
let api: Awaited<ReturnType<typeof serve>>;
let id: string;
beforeEach(async () => {
  const book: RulesAccess = new RulesAccess(() => api.engine.now);
  const keys = [{ name: 'emeka', secrets: [key], person: 'emeka', scopes: {} }];
  const log = { info: () => undefined, warn: () => undefined };
  api = await serve({
    ...{ config, inForce: () => config, access: onNetwork, accessRules: () => rules, accessBook: book },
    authenticators: [
      keyAuthenticator(
        () => keys,
        () => rules,
      ),
      tokenAuthenticator({ access: book, rules: () => rules, isKnown: () => true, log }),
    ],
  });
  id = (await api.post('/v1/releases', launch, boss)).body.id;
});
afterEach(() => api.close());

async function tokensOf(person: string, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `device-${index}`);
  const made = await Promise.all(names.map((name) => api.post('/v1/tokens', { name, person }, boss)));
  return made.map(({ body }) => body.token as string);
}
const vote = (token: string, decision = 'go') =>
  api.post(`/v1/releases/${id}/decide`, { gate: 'go-no-go', decision }, bearer(token));
const gate = async () => (await api.get(`/v1/releases/${id}`, boss)).body.gates[0];
const start = () => api.post(`/v1/releases/${id}/start-deployment`, { early: 'all is ready' }, boss);

/** Whose votes the gate shows, each person once. */
async function voters(): Promise<[string, string[]]> {
  const { decision, approvals } = await gate();
  return [decision, [...new Set<string>(approvals.map(({ person }: { person: string }) => person))].sort()];
}

test('four tokens of one person that vote at once are one vote, and open nothing', async () => {
  const tokens = await tokensOf('ingrid', 4);
  const votes = await Promise.all(tokens.map((token) => vote(token)));
  expect(votes.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(await voters()).toEqual(['pending', ['ingrid']]);
  const started = await start();
  expect([started.status, started.body.detail]).toEqual([409, expect.stringMatching(/1 more|1 of 2|one more/)]);
});

test('while two people race with four tokens each, the deployment starts once both have voted', async () => {
  const [hers, his] = [await tokensOf('ingrid', 4), await tokensOf('jonas', 4)];
  await Promise.all(hers.map((token) => vote(token)));
  expect((await start()).status).toBe(409);
  const votes = await Promise.all([...his, ...hers].map((token) => vote(token)));
  expect(votes.filter(({ status }) => status >= 500)).toEqual([]);
  expect(await voters()).toEqual(['go', ['ingrid', 'jonas']]);
  expect((await start()).status).toBe(200);
});

test('the last word of a person counts, by whichever token it came', async () => {
  const [first, second] = await tokensOf('ingrid', 2);
  const [his] = await tokensOf('jonas', 1);
  await vote(first!);
  await vote(his!);
  expect((await gate()).decision).toBe('go');
  await vote(second!, 'no-go');
  expect((await gate()).decision).toBe('no-go');
  expect((await start()).status).toBe(409);
});
