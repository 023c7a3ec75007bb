/**
 * Owns the API under the fuzzer: the real app on a real port over the rules in memory, with and
 * without authentication. The app lives as long as the run, so that what it keeps shows; the
 * processes, tokens and books begin anew for each batch, so that a batch is the same every time.
 */
import { createApp } from '../../src/api/app';
import { SessionCookies } from '../../src/api/access/session-cookie';
import { sessionAuthenticator } from '../../src/api/access/session-authenticator';
import { keyAuthenticator } from '../../src/api/access/configured-keys';
import { mintToken } from '../../src/api/access/token-text';
import { tokenAuthenticator } from '../../src/api/access/token-authenticator';
import { Lifecycle } from '../../src/app/lifecycle';
import { openHttpServer } from '../../src/app/http-server';
import { sessionStamp, type AccessRules, type AccessState, type OverrideBook } from '../../src/domain';
import { t0 } from '../support/policy';
import { RulesAccess } from '../api/rules-access';
import { RulesAlerts } from '../api/rules-alerts';
import { RulesChanges } from '../api/rules-changes';
import { RulesEngine } from '../api/rules-engine';
import { RulesOverrides } from '../api/rules-overrides';
import {
  ackToken,
  depsOver,
  launch,
  onLoopback,
  onNetwork,
  outage,
  secret,
  serveEngine,
  shippedDirectory,
  signInWith,
} from '../api/serve';
import { rulesOf, secrets } from '../api/serve-alerts';
import type { Pool } from './from-schema';
import { hear } from './hear';
import type { ApiDocument } from './requests';

/** What the requests of one batch change. */
interface Stores {
  readonly engine: RulesEngine;
  readonly overrides: RulesOverrides;
  readonly alerts: RulesAlerts;
  readonly changes: RulesChanges;
  readonly access: RulesAccess;
}
/** Where each batch begins. */
interface Beginning {
  readonly engine: RulesEngine;
  readonly overrides: OverrideBook;
  readonly access: AccessState;
}

/** As a browser has them, which speaks plain HTTP here. */
const cookies = new SessionCookies([secret], false);

const keys = { emeka: 'emeka-'.padEnd(40, 'k'), pipeline: 'pipeline-'.padEnd(40, 'p') };
const rules: AccessRules = {
  everybody: 'viewer',
  roles: [
    { role: 'admin', people: ['emeka'], groups: [] },
    { role: 'manager', people: ['fatima'], groups: [] },
    { role: 'responder', people: ['tomas'], groups: [], services: ['payments'] },
  ],
};
const key = 'env:KEY';
const sources = {
  scripts: { preset: 'generic', severity: 'P2', service: 'payments', key },
  am: { preset: 'alertmanager', severity: 'P3', key },
  pd: { preset: 'pagerduty-events', severity: 'P2', key: 'env:PAGER' },
  og: { preset: 'opsgenie-api', severity: 'P2', service: 'payments', key },
  prom: { preset: 'prometheus', severity: 'P2', key },
} as const;

/** The stores as they are now, to be compared later. */
export type Snapshot = () => string[];

export class World {
  private stores!: Stores;

  private constructor(
    readonly url: string,
    private readonly begins: Beginning,
    readonly credentials: readonly (readonly [string, string])[],
    readonly secrets: readonly string[],
    readonly pool: Pool,
    readonly document: ApiDocument,
    readonly logged: { message: string; fields: Record<string, unknown> | undefined }[],
    readonly close: () => Promise<void>,
  ) {}

  static async open(authentication: boolean): Promise<World> {
    const begins = await beginning();
    let world: World | undefined = undefined;
    const stores = () => world?.stores ?? storesFrom(begins.from);
    const clock = () => stores().engine.now;
    const follow = <N extends keyof Stores>(name: N): Stores[N] =>
      new Proxy({} as Stores[N], {
        get: (_, property) => {
          const store: object = stores()[name];
          const found: unknown = Reflect.get(store, property);
          return typeof found === 'function' ? (found.bind(store) as unknown) : found;
        },
      });
    const logged: World['logged'] = [];
    const access = follow('access');
    const deps = depsOver(follow('engine'), clock, logged, follow('overrides'));
    const accessKeys = [
      { name: 'emeka', secrets: [keys.emeka], person: 'emeka', scopes: {} },
      {
        name: 'pipeline',
        secrets: [keys.pipeline],
        scopes: { operations: ['report-check', 'start-deployment', 'read'], services: ['payments'] },
      },
    ];
    const isKnown = (person: string) => Object.hasOwn(shippedDirectory.people, person);
    const app = createApp({
      ...deps,
      directory: () => ({ ...shippedDirectory, overrides: stores().overrides.book.overrides }),
      alerts: follow('alerts'),
      changes: follow('changes'),
      alertRules: rulesOf({ sources: { ...sources } }),
      access: authentication
        ? { ...onNetwork, trustedProxies: ['loopback'], rateLimit: 0 }
        : { ...onLoopback, rateLimit: 0 },
      authenticators: [
        keyAuthenticator(
          () => accessKeys,
          () => rules,
        ),
        sessionAuthenticator({
          ...{ cookies, access, isKnown, rules: () => rules },
          personOfClaim: () => undefined,
          issuer: () => undefined,
        }),
        tokenAuthenticator({ access, rules: () => rules, isKnown, log: deps.log }),
      ],
      accessRules: () => rules,
      accessBook: access,
      signIn: { ...signInWith({ clock }), publicUrl: 'http://127.0.0.1', cookies },
    });
    const lifecycle = new Lifecycle(() => undefined);
    const { server, port } = await openHttpServer({ host: '127.0.0.1', port: 0, setBy: 'the test' }, lifecycle);
    server.removeAllListeners('request');
    server.on('request', app);
    const url = `http://127.0.0.1:${port}`;
    const who = authentication ? { authorization: `Bearer ${keys.emeka}` } : { 'muster-actor': 'emeka' };
    const { pool, document } = await hear(url, who, begins.ids);
    for (const name of Object.keys(sources)) pool.add('source', name);
    pool.keep('key', [...Object.values(secrets).slice(0, 2), 'x']);
    const credentials = authentication ? begins.credentials : [];
    world = new World(url, begins.from, credentials, begins.secrets, pool, document, logged, () => lifecycle.stop());
    world.renew();
    return world;
  }

  /** Takes the processes, tokens and books back to where each batch begins. */
  renew(): void {
    this.stores = storesFrom(this.begins);
    this.logged.length = 0;
  }
  pass(ms: number): void {
    this.stores.engine.pass(ms);
  }

  /** Says later what has changed since now. */
  snapshot(): Snapshot {
    const { engine, overrides, alerts, changes, access } = this.stores;
    const [states, skipped, tested] = [new Map(engine.states), engine.skipped, engine.tested.length];
    const [book, intake, log, people] = [
      overrides.book,
      alerts.taken.length,
      changes.taken.length,
      standing(access.book),
    ];
    return () => [
      ...[...engine.states].flatMap(([id, state]) =>
        states.get(id) === state ? [] : [states.has(id) ? `changed ${id}` : `created ${id}`],
      ),
      ...(overrides.book === book ? [] : ['changed the overrides']),
      ...(alerts.taken.length === intake ? [] : ['took alerts']),
      ...(changes.taken.length === log ? [] : ['took a change']),
      ...(engine.skipped === skipped ? [] : ['skipped ids']),
      ...(engine.tested.length === tested ? [] : ['sent a message']),
      ...(standing(access.book) === people ? [] : ['changed the book of access']),
    ];
  }
}

// The day of a use is noted of a request that is refused as well.
function standing({ tokens, links, ...rest }: AccessState): string {
  return JSON.stringify([tokens.map(({ lastUsedOn: _, ...token }) => token), links, rest.admins, rest.claimed]);
}

function storesFrom({ engine: first, overrides: book, access: people }: Beginning): Stores {
  const engine = first.copy();
  const clock = () => engine.now;
  const overrides = new RulesOverrides(clock);
  overrides.book = book;
  const access = new RulesAccess(clock);
  access.book = { ...access.book, ...people };
  return { engine, overrides, alerts: new RulesAlerts(clock), changes: new RulesChanges(clock), access };
}

/** A session that counts, one that is over, and one with a letter changed. */
async function sessionsOf(book: AccessState) {
  const session = { id: 'a-session', person: 'fatima', groups: [], stamp: sessionStamp(book) };
  const sealed = async (begunAt: number) =>
    (await cookies.keepSession({ ...session, begunAt, usedAt: begunAt }, t0)).split(';')[0]!;
  const [good, old] = [await sealed(t0), await sealed(t0 - 8 * 86_400_000)];
  const broken = `${good.slice(0, -3)}AAA`;
  return [good, good, old, broken].map((cookie) => ['cookie', cookie] as const);
}

interface Begun {
  readonly from: Beginning;
  readonly ids: readonly string[];
  readonly credentials: readonly (readonly [string, string])[];
  readonly secrets: readonly string[];
}

/** Two incidents, two releases and tokens of every kind. */
async function beginning(): Promise<Begun> {
  const engine = new RulesEngine(t0, () => shippedDirectory);
  const clock = () => engine.now;
  const overrides = new RulesOverrides(clock);
  const access = new RulesAccess(clock);
  const api = await serveEngine(engine, clock, onLoopback, { overrides, accessBook: access });
  const ids: string[] = [];
  const actor = { 'muster-actor': 'emeka' };
  for (const [path, body] of [
    ['/v1/incidents', outage],
    ['/v1/incidents', { title: 'Search is slow', severity: 'P2', services: ['search'], labels: ['security'] }],
    ['/v1/releases', launch],
    ['/v1/releases', { ...launch, title: 'Search 3', services: ['search'], targetAt: '2026-12-08T10:00:00Z' }],
  ] as const)
    ids.push(String(((await api.post(path, body, actor)).body as { readonly id: unknown }).id));
  await api.post(
    `/v1/incidents/${ids[0]}/add-action-item`,
    { title: 'Alert on latency', owner: 'ana', dueAt: '2d' },
    actor,
  );
  await api.post('/v1/on-call/overrides', { schedule: 'travel-primary', person: 'ana', to: '6h' }, actor);
  const texts: string[] = [];
  const token = async (kind: 'person' | 'ci', owner: string, more: object = {}) => {
    const { text, minted } = mintToken(kind);
    const [fingerprint, name] = [minted.id, kind === 'ci' ? owner : `t-${texts.length}`];
    const order = { key: minted.id, fingerprint, by: 'emeka', minted, kind, owner, name, scopes: {} };
    await access.order('create-token', { ...order, expiresAt: t0 + 30 * 86_400_000, ...more });
    texts.push(text);
    return [minted.id, text] as const;
  };
  const [, admin] = await token('person', 'emeka');
  const [, manager] = await token('person', 'fatima');
  const [, responder] = await token('person', 'tomas');
  const [, viewer] = await token('person', 'ana');
  const [, left] = await token('person', 'gone');
  const [, ci] = await token('ci', 'deploys', {
    scopes: { operations: ['report-check', 'comment', 'read'], services: ['payments'] },
  });
  const [, scoped] = await token('person', 'emeka', { scopes: { operations: ['read'] } });
  const [, expired] = await token('person', 'ana', { expiresAt: t0 + 1 });
  const [revokedId, revoked] = await token('person', 'ana');
  await access.order('revoke-token', { key: 'r', fingerprint: 'r', by: 'emeka', id: revokedId });
  await api.close();
  const mark = engine.states.get(ids[0]!)?.mark;
  const ack = ackToken(ids[0]!, 'ana', t0 + 86_400_000, mark);
  const good = [keys.emeka, admin, manager, responder, viewer, scoped, ci, keys.pipeline];
  const bearer = (text: string) => ['authorization', `Bearer ${text}`] as const;
  const sessions = await sessionsOf(access.book);
  const credentials = [
    // Most requests are let in, or nothing behind the door would be tried.
    ...[...good, ...good, admin, admin, admin, manager, admin, responder, admin, manager].map(bearer),
    ...[left, expired, revoked, `${admin}x`, admin.slice(0, -5), 'x', '', 'mus_pat_x.y', 'x'.repeat(4_000)].map(bearer),
    ['authorization', `Basic ${Buffer.from(`ana:${admin}`).toString('base64')}`],
    ['authorization', `bearer  ${admin}`],
    ...sessions,
    ['cookie', 'session=x; __proto__=y; who=emeka'],
    ['cookie', '__Host-muster=AAAA.BBBB.CCCC'],
  ] as const;
  return {
    from: { engine, overrides: overrides.book, access: access.book },
    ids: [...ids, ack],
    credentials,
    // No answer may hold one of these. The secret part of a token is all of it but its name.
    secrets: [
      keys.emeka,
      keys.pipeline,
      ...Object.values(secrets).filter((one) => one.length > 12),
      ...texts.map((text) => text.split('.')[1]!),
    ],
  };
}
