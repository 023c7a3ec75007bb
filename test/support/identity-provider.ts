/**
 * A real identity provider (oidc-provider) on loopback, where anybody signs in as whom they say,
 * and its two forms as a person fills them in.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Provider from 'oidc-provider';
import { Browser } from './browser';

// The provider warns that its defaults, and Node 20, are not for production; neither is this.
for (const say of ['warn', 'info'] as const) console[say] = () => undefined;

/** What the provider says of somebody; by the login name. */
export type Accounts = Record<string, Readonly<Record<string, unknown>>>;

export interface ProviderInTest {
  readonly issuer: string;
  readonly accounts: Accounts;
  /** Stops answering, and answers again at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export const client = { id: 'muster', secret: 'a-secret-of-the-client-of-32-characters' };

/** Starts the provider; `redirectUri`: where it sends people back to. */
export async function startProvider(
  accounts: Accounts,
  redirectUris: () => readonly string[],
): Promise<ProviderInTest> {
  const { default: OidcProvider } = await import('oidc-provider');
  let server: Server = createServer();
  const listen = async (port: number) => {
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const issuer = `http://127.0.0.1:${port}`;
  let provider: Provider | undefined;
  const callback = () => {
    provider ??= new OidcProvider(issuer, {
      clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [...redirectUris()] }],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
      scopes: ['openid', 'email', 'groups'],
      findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...accounts[sub] }) }),
      cookies: { keys: ['for tests'] },
      features: { devInteractions: { enabled: true } },
    });
    return provider.callback();
  };
  server.on('request', (request, response) => void callback()(request, response));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    issuer,
    accounts,
    stop,
    start: async () => {
      server = createServer((request, response) => void callback()(request, response));
      await listen(port);
    },
  };
}

/** Fills in the forms of the provider as `login`, from the page `at`; ends back at Muster. */
export async function signInAtProvider(browser: Browser, at: string, login: string): Promise<Response> {
  let reply = await browser.open(at);
  for (let forms = 0; forms < 2 && browser.address.includes('/interaction/'); forms++) {
    const page = await reply.text();
    const isLogin = /name="prompt" value="login"/.test(page);
    reply = await browser.submit(browser.address, {
      prompt: isLogin ? 'login' : 'consent',
      ...(isLogin ? { login, password: 'any' } : {}),
    });
  }
  return reply;
}
