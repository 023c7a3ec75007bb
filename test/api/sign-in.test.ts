/**
 * Signing in with a browser, over the rules and a real identity provider: who somebody is by its
 * claims, how long a session counts, how it ends, and how a browser signs in a command line.
 */
import { IdentityProvider } from '../../src/api/access/identity-provider';
import { sessionAuthenticator } from '../../src/api/access/session-authenticator';
import { SessionCookies } from '../../src/api/access/session-cookie';
import { firstAdminCode } from '../../src/api/access/first-admin';
import { tokenAuthenticator } from '../../src/api/access/token-authenticator';
import type { ProviderSettings } from '../../src/config';
import type { AccessRules } from '../../src/domain';
import { Browser } from '../support/browser';
import {
  client,
  signInAtProvider,
  startProvider,
  type Accounts,
  type ProviderInTest,
} from '../support/identity-provider';
import { RulesAccess } from './rules-access';
import { onNetwork, outage, secret, serve, shippedDirectory } from './serve';
import { bearer } from './signed-in';
import { request } from 'undici';

const minute = 60_000;
const hour = 60 * minute;
const emails: Record<string, string> = { 'fatima@example.org': 'fatima', 'emeka@example.org': 'emeka' };
const accounts: Accounts = {
  fatima: { email: 'Fatima@example.org', email_verified: true, groups: ['sre', 'choir'] },
  emeka: { email: 'emeka@example.org', email_verified: 'true', groups: 'admins' },
  guest: { email: 'guest@elsewhere.org', email_verified: true, groups: [] },
  forger: { email: 'emeka@example.org', email_verified: false },
  silent: { email: 'emeka@example.org' },
  zero: { email: 'emeka@example.org', email_verified: 0 },
  lookalike: { email: 'eme\u212aa@example.org', email_verified: true },
  nameless: {},
};

let provider: ProviderInTest;
let rules: AccessRules;
let people: readonly string[];
let book: RulesAccess;
let oidc: ProviderSettings | undefined;
let trustsEmail = false;
let secrets: readonly Buffer[];
let api: Awaited<ReturnType<typeof serve>>;
let redirects: string[] = [];

const settings = (): ProviderSettings => ({
  issuer: provider.issuer,
  clientId: client.id,
  clientSecret: client.secret,
  scopes: ['openid', 'email', 'groups'],
  claims: { personClaim: 'email', trustsEmail, groupsClaim: 'groups', groupsNamed: ['sre', 'admins'] },
});

async function begin(): Promise<void> {
  const clock = () => api.engine.now;
  const cookies = new SessionCookies(secrets, false);
  const places = {
    access: book,
    rules: () => rules,
    isKnown: (person: string) => people.includes(person),
    log: { info: () => undefined, warn: () => undefined },
  };
  const personOfClaim = (value: string) => emails[value.toLowerCase()];
  const identity = new IdentityProvider(() => oidc, clock);
  api = await serve({
    access: onNetwork,
    authenticators: [
      tokenAuthenticator(places),
      sessionAuthenticator({ ...places, cookies, personOfClaim, issuer: () => oidc?.issuer }),
    ],
    accessRules: () => rules,
    accessBook: book,
    signIn: {
      get publicUrl() {
        return api.url;
      },
      cookies,
      provider: identity,
      personOfClaim,
    },
  });
  redirects = [`${api.url}/login/callback`];
}

beforeEach(async () => {
  rules = {
    everybody: 'viewer',
    roles: [
      { role: 'admin', people: [], groups: ['admins'] },
      { role: 'commander', people: [], groups: ['sre'] },
    ],
  };
  people = Object.keys(shippedDirectory.people);
  book = new RulesAccess(() => api.engine.now);
  secrets = [secret];
  provider = await startProvider(accounts, () => redirects);
  oidc = settings();
  await begin();
});
afterEach(async () => {
  await api.close();
  await provider.stop();
});

const startOf = (path = '/v1/me') => `${api.url}/login/start?return=${encodeURIComponent(path)}`;
async function signedIn(login: string): Promise<Browser> {
  const browser = new Browser();
  await signInAtProvider(browser, startOf('/login'), login);
  return browser;
}
const me = async (browser: Browser) => {
  const reply = await browser.ask(`${api.url}/v1/me`);
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
};
const declare = (browser: Browser, headers: Record<string, string> = { origin: api.url }) =>
  browser.ask(`${api.url}/v1/incidents`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(outage),
  });

describe('at the identity provider', () => {
  test('a person of people.yaml signs in by email, with the roles of their groups, and comes back to the page', async () => {
    const browser = new Browser();
    const reply = await signInAtProvider(browser, startOf('/v1/deadlines?limit=5'), 'fatima');
    expect([reply.status, browser.address]).toEqual([200, `${api.url}/v1/deadlines?limit=5`]);
    expect((await me(browser)).body).toEqual({
      id: 'fatima',
      kind: 'person',
      via: 'session',
      known: true,
      roles: [{ role: 'commander' }, { role: 'viewer' }],
    });
    expect((await declare(browser)).status).toBe(201);
    const page = await (await browser.open(`${api.url}/login`)).text();
    expect(page).toContain('Signed in as <strong>Fatima Haddad</strong>');
  });

  test('whoever opens a link of a message is asked to sign in, and goes on to it', async () => {
    const browser = new Browser();
    await browser.open(`${api.url}/v1/me`);
    expect(browser.address).toBe(`${api.url}/login?return=%2Fv1%2Fme`);
    const page = await (await browser.open(browser.address)).text();
    const [, link = ''] = /href="(login\/start[^"]+)"/.exec(page) ?? [];
    const reply = await signInAtProvider(browser, new URL(link, browser.address).href, 'emeka');
    expect(await reply.json()).toMatchObject({ id: 'emeka', roles: [{ role: 'admin' }, { role: 'viewer' }] });
  });

  test('somebody whom people.yaml does not have looks on, and is told whom to ask', async () => {
    rules = { ...rules, roles: [...rules.roles, { role: 'admin', people: ['emeka'], groups: [] }] };
    const browser = await signedIn('guest');
    expect((await me(browser)).body).toMatchObject({
      id: 'guest@elsewhere.org',
      known: false,
      roles: [{ role: 'viewer' }],
    });
    const refused = await declare(browser);
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { detail: expect.stringMatching(/guest@elsewhere.org has viewer. Ask emeka/) },
    ]);
    expect(await (await browser.open(`${api.url}/login`)).text()).toContain('people.yaml does not have you');
  });

  test.each([
    ['forger', 'is not verified'],
    ['zero', 'is not verified'],
    ['silent', 'does not say that emeka@example.org is verified'],
    ['nameless', 'says no email of you'],
  ])('%s is not signed in: %s', async (login, because) => {
    const browser = new Browser();
    const reply = await signInAtProvider(browser, startOf(), login);
    expect([reply.status, await reply.text()]).toEqual([403, expect.stringContaining(because)]);
    expect((await me(browser)).status).toBe(401);
  });

  test('whoever leaves people.yaml, or loses the group, counts so at the next request', async () => {
    const browser = await signedIn('fatima');
    rules = { ...rules, roles: [] };
    expect((await me(browser)).body['roles']).toEqual([{ role: 'viewer' }]);
    people = people.filter((person) => person !== 'fatima');
    expect((await me(browser)).body).toMatchObject({ id: 'fatima@example.org', known: false });
    oidc = undefined;
    expect((await me(browser)).body['detail']).toMatch(/another identity provider/);
  });

  test('a sign-in that began in another browser signs nobody in here', async () => {
    const mine = new Browser();
    const theirs = new Browser();
    // The other one begins, and sends the address with which the provider would send them back.
    const returned = `${api.url}/login/callback?code=stolen&state=stolen`;
    const reply = await mine.open(returned);
    expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining('did not begin in this browser')]);
    await theirs.open(startOf());
    const other = await theirs.open(returned);
    expect([other.status, await other.text()]).toEqual([400, expect.stringContaining('another sign-in has begun')]);
  });

  test('while the provider is away, sessions and tokens go on, and the page says so', async () => {
    const browser = await signedIn('fatima');
    const token = await browser.ask(`${api.url}/v1/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: api.url },
      body: JSON.stringify({ name: 'laptop' }),
    });
    const { token: text } = (await token.json()) as { token: string };
    await provider.stop();
    api.engine.pass(2 * hour); // what the provider said of itself is old
    expect((await me(browser)).status).toBe(200);
    expect((await api.get('/v1/me', bearer(text))).status).toBe(200);
    const reply = await new Browser().open(startOf());
    expect([reply.status, await reply.text()]).toEqual([
      503,
      expect.stringContaining('Whoever has signed in stays so'),
    ]);
    await provider.start();
    expect((await me(await signedIn('emeka'))).status).toBe(200);
  });
});

test('with trust-email an address counts of which the provider says nothing, and none that it calls not verified', async () => {
  trustsEmail = true;
  oidc = settings();
  try {
    expect((await me(await signedIn('silent'))).body['id']).toBe('emeka');
    expect((await me(await signedIn('forger'))).status).toBe(401);
  } finally {
    trustsEmail = false;
  }
});

test('behind a proxy that hides the Host, the page says so and goes round once', async () => {
  const headers = { host: 'muster.example.com:80' };
  const first = await request(startOf(), { headers });
  expect([first.statusCode, first.headers.location]).toEqual([
    303,
    expect.stringContaining(`${api.url}/login/start?moved=1`),
  ]);
  const second = await request(`${api.url}/login/start?moved=1`, { headers });
  expect([second.statusCode, await second.body.text()]).toEqual([
    400,
    expect.stringContaining('pass on the header Host'),
  ]);
});

test('without its secret the provider signs nobody in, and the log names the variable', async () => {
  oidc = { ...settings(), secretFault: 'the environment variable OIDC_SECRET is not set' };
  expect((await new Browser().open(startOf())).status).toBe(503);
  const fields = api.logged.find(({ message }) => message.includes('identity provider'))?.fields;
  expect(fields?.['because']).toContain('OIDC_SECRET is not set');
});

test('a token has the roles of the groups of the last sign-in too, for 30 days', async () => {
  const browser = await signedIn('fatima');
  const made = await browser.ask(`${api.url}/v1/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: api.url },
    body: JSON.stringify({ name: 'laptop' }),
  });
  const { token } = (await made.json()) as { token: string };
  const roles = async () => ((await api.get('/v1/me', bearer(token))).body as { roles: object[] }).roles;
  expect(await roles()).toEqual([{ role: 'commander' }, { role: 'viewer' }]);
  accounts['fatima'] = { ...accounts['fatima'], groups: [] };
  try {
    await signedIn('fatima'); // anywhere
    expect(await roles()).toEqual([{ role: 'viewer' }]);
    accounts['fatima'] = { ...accounts['fatima'], groups: ['sre'] };
    await signedIn('fatima');
    expect(await roles()).toEqual([{ role: 'commander' }, { role: 'viewer' }]);
    api.engine.pass(30 * 24 * hour);
    expect(await roles()).toEqual([{ role: 'viewer' }]);
  } finally {
    accounts['fatima'] = { ...accounts['fatima'], groups: ['sre', 'choir'] };
  }
});

describe('a session', () => {
  test('ends after 12 hours without a use, and after 7 days however much it is used', async () => {
    const browser = await signedIn('fatima');
    for (let used = 0; used < 15; used++) {
      api.engine.pass(11 * hour);
      expect([used, (await me(browser)).status]).toEqual([used, 200]);
    }
    api.engine.pass(3 * hour);
    expect((await me(browser)).body['detail']).toMatch(/session has (ended|lasted 7 days)/);
    const other = await signedIn('fatima');
    api.engine.pass(12 * hour + minute);
    expect((await me(other)).status).toBe(401);
  });

  test('is closed by signing out, also for whoever has copied the cookie; others go on', async () => {
    const browser = await signedIn('fatima');
    const phone = await signedIn('fatima');
    const thief = browser.copy();
    await browser.open(`${api.url}/login`);
    await browser.submit(`${api.url}/logout`, {});
    expect(await (await browser.open(`${api.url}/login`)).text()).toContain('Sign in to Muster');
    expect((await me(thief)).body['detail']).toMatch(/was closed/);
    expect((await me(phone)).status).toBe(200);
  });

  test('ends everywhere by its person, or by an admin, at the next request', async () => {
    const [browser, phone, emeka] = [await signedIn('fatima'), await signedIn('fatima'), await signedIn('emeka')];
    await browser.open(`${api.url}/login`);
    await browser.submit(`${api.url}/logout`, { everywhere: 'yes' });
    expect((await me(phone)).body['detail']).toMatch(/signed out everywhere/);
    const again = await signedIn('fatima');
    expect((await me(again)).status).toBe(200);
    const ended = await emeka.ask(`${api.url}/v1/people/fatima/sessions`, {
      method: 'DELETE',
      headers: { origin: api.url },
    });
    expect(ended.status).toBe(204);
    expect([(await me(again)).status, (await me(emeka)).status]).toEqual([401, 200]);
    const denied = await (
      await signedIn('fatima')
    ).ask(`${api.url}/v1/people/emeka/sessions`, {
      method: 'DELETE',
      headers: { origin: api.url },
    });
    expect(denied.status).toBe(403);
  });

  test('goes on under a new MUSTER_SECRET while the earlier one is listed, and not a moment longer', async () => {
    const browser = await signedIn('fatima');
    const url = api.url;
    const old = browser.cookie(url, 'muster-session') ?? '';
    const asked = async () => (await api.get('/v1/me', { cookie: `muster-session=${old}` })).status;
    await api.close();
    secrets = [Buffer.alloc(32, 7), secret];
    await begin();
    expect(await asked()).toBe(200);
    await api.close();
    secrets = [Buffer.alloc(32, 7)];
    await begin();
    expect(await asked()).toBe(401);
  });

  test("is nobody's when a letter of the cookie changes, or when it is the cookie of a login that began", async () => {
    const browser = await signedIn('fatima');
    const good = browser.cookie(api.url, 'muster-session') ?? '';
    await browser.open(startOf());
    const begun = browser.cookie(api.url, 'muster-login') ?? '';
    const broken = `${good.slice(0, 60)}${good[60] === 'A' ? 'B' : 'A'}${good.slice(61)}`;
    for (const cookie of [broken, begun, 'x', good.split('.').slice(0, 3).join('.')])
      expect([cookie, (await api.get('/v1/me', { cookie: `muster-session=${cookie}` })).status]).toEqual([cookie, 401]);
    expect((await api.get('/v1/me', { cookie: `muster-session=${good}` })).status).toBe(200);
  });

  test('commands nothing for pages of other sites, nor for requests that do not say their page', async () => {
    const browser = await signedIn('fatima');
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      expect((await declare(browser, headers as Record<string, string>)).status).toBe(403);
    const cookie = `muster-session=${browser.cookie(api.url, 'muster-session') ?? ''}`;
    expect((await api.post('/v1/incidents', outage, { cookie })).status).toBe(403);
    const forged = await api.send('/logout', {
      method: 'POST',
      headers: { cookie, origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([forged.status, (await me(browser)).status]).toEqual([403, 200]);
  });
});

describe('what counts once', () => {
  const once = async (person: string): Promise<string> => {
    const admin = await signedIn('emeka');
    const link = await admin.ask(`${api.url}/v1/login-links`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: api.url },
      body: JSON.stringify({ person }),
    });
    return ((await link.json()) as { url: string }).url;
  };
  const form = async (browser: Browser, url: string) => {
    const page = await (await browser.open(url)).text();
    return Object.fromEntries(
      [...page.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
    );
  };

  test('signs somebody in by a tap on its page, once, and by no mere look', async () => {
    const url = await once('hana');
    const browser = new Browser();
    await form(new Browser(), url); // a chat that looks at links
    const fields = await form(browser, url);
    await browser.submit(`${api.url}/login`, fields);
    expect((await me(browser)).body).toMatchObject({ id: 'hana', via: 'session' });
    const other = new Browser();
    const reply = await other.submit(`${api.url}/login`, await form(other, url));
    expect([reply.status, await reply.text()]).toEqual([401, expect.stringContaining('counts once')]);
    // The very same form again, as by "back" on a machine that others use too.
    await browser.submit(`${api.url}/logout`, { everywhere: 'yes' });
    const again = await browser.submit(`${api.url}/login`, fields);
    expect([again.status, (await me(browser)).status]).toEqual([401, 401]);
  });

  test('its page says whom it signs in', async () => {
    expect(await (await new Browser().open(await once('hana'))).text()).toContain('Sign in as Hana Novak');
  });

  test('takes nobody to another site afterwards', async () => {
    for (const [wanted, to] of [
      ['//evil.example/x', '/login'],
      ['/\\evil.example', '/login'],
      ['https://evil.example', '/login'],
      ['/v1/me', '/v1/me'],
      ['/v1/../v1/me#x', '/v1/me'],
      ['/.//evil.example', '/login'],
      ['/..//evil.example', '/login'],
      ['/%2e//evil.example', '/login'],
    ] as const) {
      const browser = new Browser();
      const fields = await form(browser, await once('hana'));
      const reply = await browser.ask(`${api.url}/login`, {
        method: 'POST',
        headers: { origin: api.url },
        body: new URLSearchParams({ ...fields, return: wanted }),
      });
      expect([wanted, reply.status, reply.headers.get('location')]).toEqual([wanted, 303, `${api.url}${to}`]);
    }
  });

  test('is the code of the first admin too', async () => {
    rules = { everybody: 'viewer', roles: [] };
    const browser = new Browser();
    const fields = await form(browser, `${api.url}/login`);
    const secret_ = firstAdminCode(secret, book.book);
    const wrong = await browser.submit(`${api.url}/login`, { ...fields, secret: secret_, person: 'nobody' });
    expect([wrong.status, await wrong.text()]).toEqual([401, expect.stringContaining('does not have nobody')]);
    await browser.submit(`${api.url}/login`, { ...fields, secret: secret_, person: 'Hana' });
    expect((await me(browser)).body).toMatchObject({ id: 'hana', roles: [{ role: 'admin' }, { role: 'viewer' }] });
    expect(book.book.tokens).toEqual([]);
  });
});

describe('a command line', () => {
  const asks = async (name = 'laptop') =>
    (await api.post('/v1/login-requests', { name })).body as Record<string, string>;
  const collects = (asked: Record<string, string>) =>
    api.post(`/v1/login-requests/${asked['code']}/collect`, { secret: asked['secret'] });

  test('is signed in by whoever confirms its code in a browser, once', async () => {
    const asked = await asks();
    expect(asked).toMatchObject({
      code: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
      url: `${api.url}/login/confirm?code=${asked['code']}`,
    });
    expect((await collects(asked)).body).toMatchObject({ status: 409, reason: 'not-confirmed' });
    const browser = await signedIn('fatima');
    const page = await (await browser.open(asked['url'] ?? '')).text();
    expect(page).toMatch(new RegExp(`laptop.*127.0.0.1.*Fatima Haddad.*${asked['code']}`, 's'));
    await browser.submit(`${api.url}/login/confirm`, { code: asked['code'] ?? '' });
    const got = await collects(asked);
    expect((await api.get('/v1/me', bearer(got.body.token))).body).toMatchObject({ id: 'fatima' });
    expect((await collects(asked)).body).toMatchObject({ status: 409, reason: 'unknown-login' });
    expect(JSON.stringify([book.book, book.orders])).not.toContain(asked['secret']);
  });

  test('gets nothing without the secret that came with its code, nor after ten minutes', async () => {
    const [asked, late] = [await asks(), await asks('desk')];
    const browser = await signedIn('fatima');
    await browser.open(asked['url'] ?? '');
    await browser.submit(`${api.url}/login/confirm`, { code: asked['code'] ?? '' });
    expect((await collects({ ...asked, secret: 'guessed' })).status).toBe(409);
    api.engine.pass(11 * minute);
    const reply = await browser.submit(`${api.url}/login/confirm`, { code: late['code'] ?? '' });
    expect([reply.status, await reply.text()]).toEqual([409, expect.stringContaining('no login waits')]);
  });

  test('is confirmed by a session alone: by no token, no page of another site, and nobody unknown', async () => {
    const asked = await asks();
    const body = new URLSearchParams({ code: asked['code'] ?? '' });
    const browser = await signedIn('fatima');
    const token = await browser.ask(`${api.url}/v1/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: api.url },
      body: JSON.stringify({ name: 'narrow', operations: ['read'] }),
    });
    const { token: text } = (await token.json()) as { token: string };
    const byToken = await api.send('/login/confirm', { method: 'POST', headers: bearer(text), body });
    expect([byToken.status, byToken.headers.get('location')]).toEqual([303, expect.stringContaining('/login?return=')]);
    const cookie = `muster-session=${browser.cookie(api.url, 'muster-session') ?? ''}`;
    const foreign = { method: 'POST', headers: { cookie, origin: 'https://evil.example' }, body };
    expect((await api.send('/login/confirm', foreign)).status).toBe(403);
    const guest = await signedIn('guest');
    await guest.open(asked['url'] ?? '');
    expect((await guest.submit(`${api.url}/login/confirm`, { code: asked['code'] ?? '' })).status).toBe(403);
    expect((await collects(asked)).body).toMatchObject({ reason: 'not-confirmed' });
  });
});

test('where nobody has to sign in, the pages say so and sign nobody in', async () => {
  await api.close();
  api = await serve({});
  expect((await api.get('/login')).text).toContain('Nobody has to sign in here');
  expect((await api.get('/v1/logins')).body).toMatchObject({ authentication: false, provider: null });
});
