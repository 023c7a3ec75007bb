/**
 * Puts the app on a real socket, over the rules and the shipped configuration, and talks to the app
 * as a client does.
 */
import { alertsInForce, personOfClaim, type ProviderSettings } from '../../src/config';
import { IdentityProvider } from '../../src/api/access/identity-provider';
import { SessionCookies } from '../../src/api/access/session-cookie';
import { RulesAccess } from './rules-access';
import { RulesAlerts } from './rules-alerts';
import { RulesChanges } from './rules-changes';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { isFirstAdminCode } from '../../src/api/access/first-admin';
import { longWork } from '../../src/words/long-work';
import { createApp } from '../../src/api/app';
import type { ProcessStore } from '../../src/api/temporal/process-store';
import type { OverrideStore } from '../../src/api/temporal/override-store';
import type { Access } from '../../src/api/http/reach';
import type { ApiDeps } from '../../src/api/http/route';
import { given } from '../../src/given';
import { noRules } from '../../src/domain';
import { compileSchedules } from '../../src/config/compile/on-call';
import { formatErrors, loadConfig } from '../../src/config/load';
import { directoryOf } from '../../src/config/in-force';
import { type Config } from '../../src/config/loaded';
import { signAckToken, verifyAckToken } from '../../src/activities/ack-token';
import { createWords } from '../../src/words/words';
import { RulesEngine } from './rules-engine';
import { RulesOverrides } from './rules-overrides';
import { t0 } from '../support/policy';

export const shippedConfig: Config = (() => {
  const loaded = loadConfig(join(__dirname, '..', '..', 'config'), {});
  if (!loaded.ok) throw new Error(formatErrors(loaded.errors));
  return loaded.value;
})();
export const shippedDirectory = directoryOf(shippedConfig, t0);

/** As `npm start` listens: nobody has to say who they are. */
export const onLoopback: Access = {
  host: '127.0.0.1',
  authentication: false,
  allowedHosts: [],
  trustedProxies: [],
};
/** As on a network: everybody has to. */
export const onNetwork: Access = {
  ...onLoopback,
  host: '0.0.0.0',
  authentication: true,
  allowedHosts: ['muster.example.com'],
};

export const secret = createHmac('sha256', 'test').update('secret').digest();
export function ackToken(process: string, person: string, exp: number, mark?: string, round?: number): string {
  return signAckToken(secret, { process, person, exp, ...given({ mark, round }) });
}

export interface Reply {
  status: number;
  headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into bodies at will
  body: any;
  text: string;
}

export interface Served {
  readonly url: string;
  readonly logged: { message: string; fields: Record<string, unknown> | undefined }[];
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  send(path: string, init: RequestInit): Promise<Reply>;
  close(): Promise<void>;
}

/** Signing in with a browser, at the public address. `oidc`: the identity provider, if any. */
export function signInWith({
  oidc,
  clock = () => t0,
}: {
  readonly oidc?: ProviderSettings;
  readonly clock?: () => number;
}): ApiDeps['signIn'] {
  return {
    publicUrl: 'https://muster.example.com',
    cookies: new SessionCookies([secret], true),
    provider: new IdentityProvider(() => oidc, clock),
    personOfClaim: (value) => personOfClaim(shippedConfig, value),
  };
}

export function depsOver(
  engine: ProcessStore,
  clock: () => number,
  logged: Served['logged'] = [],
  overrides: OverrideStore = new RulesOverrides(clock),
): ApiDeps {
  const log = (message: string, fields?: Record<string, unknown>) => void logged.push({ message, fields });
  return {
    store: engine,
    config: shippedConfig,
    inForce: () => shippedConfig,
    words: createWords(shippedConfig.messages, log),
    directory: () => shippedDirectory,
    schedules: (until) => compileSchedules(shippedConfig.onCall, shippedConfig.calendar, Math.max(until, clock())),
    configuration: () => ({ ok: true }),
    configurationReadAt: () => t0,
    overrides,
    alerts: new RulesAlerts(clock),
    changes: new RulesChanges(clock),
    troubles: { read: () => Promise.resolve(undefined) },
    alertRules: alertsInForce(shippedConfig, {}),
    longWork: {
      rehearse: async (script) => Promise.resolve(longWork.rehearse(script)),
      coverage: async (question) => Promise.resolve(longWork.coverage(question)),
      reportPage: async (report) => Promise.resolve(longWork.reportPage(report)),
    },
    askSns: () => Promise.resolve({ ok: false, because: 'nobody plays SNS in this test' }),
    stuck: () => Promise.resolve({ known: true, count: 0, processes: [] }),
    clock,
    log: { info: log, warn: log },
    access: onLoopback,
    authenticators: [],
    accessRules: () => noRules,
    accessBook: new RulesAccess(clock),
    signIn: signInWith({}),
    isFirstAdminCode: (book, text) => isFirstAdminCode(secret, book, text),
    readAckToken: (token, now) => verifyAckToken([secret], token, now),
  };
}

export async function serveEngine(
  engine: ProcessStore,
  clock: () => number,
  access: ApiDeps['access'] = onLoopback,
  more: Partial<ApiDeps> = {},
): Promise<Served> {
  const logged: Served['logged'] = [];
  const server: Server = createServer(createApp({ ...depsOver(engine, clock, logged), access, ...more }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = async (path: string, init: RequestInit): Promise<Reply> => {
    const response = await fetch(url + path, { redirect: 'manual', ...init });
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: json && text !== '' ? JSON.parse(text) : undefined,
      text,
    };
  };
  return {
    url,
    logged,
    send,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, body, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The API over the rules, at Monday 2026-12-07 10:00 in Athens. */
export async function serve(
  more: Partial<ApiDeps> = {},
): Promise<Served & { engine: RulesEngine; overrides: RulesOverrides }> {
  const clock = (): number => engine.now;
  const overrides: RulesOverrides = new RulesOverrides(clock);
  const engine: RulesEngine = new RulesEngine(t0, () => ({ ...shippedDirectory, overrides: overrides.book.overrides }));
  return { ...(await serveEngine(engine, clock, more.access, { overrides, ...more })), engine, overrides };
}

export const outage = { title: 'Checkout is down', severity: 'P0', services: ['payments'] };
export const launch = { title: 'Payments 2.14', services: ['payments'], targetAt: '2027-01-20T10:00:00Z' };
