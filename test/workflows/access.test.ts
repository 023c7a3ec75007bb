/**
 * Temporal alone keeps the book of access: every API sees a change at its next read, what counts
 * once counts once, it survives hand-overs, workers and an end in Temporal, and it knows no secret.
 */
import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { mintLink, mintToken, readToken } from '../../src/api/access/token-text';
import { createAccessStore } from '../../src/api/temporal/access';
import type { AccessStore } from '../../src/api/temporal/access-store';
import { StoreUnavailable } from '../../src/api/temporal/process-store';
import {
  accessOfMemo,
  emptyAccess,
  sessionStamp,
  sessionStands,
  type AccessBook,
  type AccessOrders,
} from '../../src/domain';
import type { RunOptions } from '../../src/workflows/handover';
import { present } from '../support/clock';
import { startHarness } from '../support/env';
import { Bench } from './live';

const hourMs = 3_600_000;
// Only an end for what never ends.
jest.setTimeout(180_000);
let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

const header = (by = 'ana') => ({ key: randomUUID(), fingerprint: 'f', by });
/** A token and the order that makes it. */
function token(more: Partial<AccessOrders['create-token']> = {}) {
  const { text, minted } = mintToken('person');
  const facts = { kind: 'person', owner: 'ana', name: 'laptop', scopes: {} } as const;
  return { text, order: { ...header(), minted, ...facts, expiresAt: present() + 24 * hourMs, ...more } };
}

/** Asks again while a busy machine gives no answer in time, as clients do, under the same key. */
function asked(store: AccessStore): AccessStore {
  const again = async <T>(question: () => Promise<T>): Promise<T> => {
    for (const end = performance.now() + 30_000; ;)
      try {
        return await question();
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || performance.now() > end) throw error;
      }
  };
  return { read: () => again(() => store.read()), order: (name, order) => again(() => store.order(name, order)) };
}
/** The port on a workflow of its own; with `book` or `run` the workflow begins with them. */
async function keeper({ book, run, on = bench }: { book?: AccessBook; run?: RunOptions; on?: Bench } = {}) {
  const workflowId = `access-${randomUUID()}`;
  const { env, taskQueue } = on.harness;
  if (book || run)
    await env.client.workflow.start('access', { workflowId, taskQueue, args: [book ?? emptyAccess, run ?? {}] });
  const store = (client: Client = env.client) => asked(createAccessStore({ client, taskQueue, workflowId }));
  return { workflowId, taskQueue, store, access: store(), handle: env.client.workflow.getHandle(workflowId) };
}
async function until(what: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 20_000; !(await what()) && performance.now() < end;)
    await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await what()).toBe(true);
}
const startedEvent = async (handle: Awaited<ReturnType<typeof keeper>>['handle']) =>
  (await handle.fetchHistory()).events![0]!.workflowExecutionStartedEventAttributes!;

test('the first read begins the book, with a mark that every API sees, without a worker', async () => {
  const { env } = bench.harness;
  const workflowId = `access-${randomUUID()}`;
  const api = () => asked(createAccessStore({ client: env.client, taskQueue: 'nobody-polls', workflowId }));
  const [first, other] = await Promise.all([api().read(), api().read()]);
  expect(first.mark).not.toBe('');
  expect(other).toEqual(first);
  expect(first).toMatchObject({ tokens: [], admins: [], epoch: 0 });
});

test('a book that a plain client began has a mark too', async () => {
  const { access } = await keeper({ run: {} });
  await access.order('sign-out', { ...header(), person: 'ben' });
  expect((await access.read()).mark).toMatch(/^[0-9a-f-]{36}$/);
});

test('two APIs see a revocation and a sign-out at their next read, also of those that were under way', async () => {
  const { store, access } = await keeper();
  const other = store(
    new Client({ ...bench.harness.env.client.options, connection: bench.harness.env.client.connection }),
  );
  const { text, order } = token();
  await access.order('create-token', order);
  expect(readToken(await other.read(), text, present())).toMatchObject({ ok: true, token: { owner: 'ana' } });
  const stamp = sessionStamp(await other.read());
  void other.read();
  await access.order('revoke-token', { ...header('chiara'), id: order.minted.id });
  expect(readToken(await other.read(), text, present())).toEqual({ ok: false, because: 'revoked' });
  void other.read();
  await access.order('sign-out', { ...header('chiara'), person: 'ana' });
  expect(sessionStands(await other.read(), 'ana', stamp)).toBe(false);
  expect(sessionStands(await other.read(), 'ben', stamp)).toBe(true);
});

test('of two at once that use a link, a login, or the code of the first admin, one wins', async () => {
  const { store, access } = await keeper();
  const other = store();
  const link = mintLink();
  await access.order('make-link', {
    ...header('chiara'),
    sha256: link.sha256,
    person: 'ben',
    expiresAt: present() + hourMs,
  });
  const poll = { code: 'BCDF-GHJK', pollSha256: mintLink().sha256 };
  await access.order('begin-login', { ...header('unknown'), ...poll, name: 'laptop', scopes: {} });
  await access.order('confirm-login', { ...header('ben'), code: poll.code });
  const minting = () => ({ ...header(), minted: mintToken('person').minted, expiresAt: present() + 24 * hourMs });
  const races = [
    (api: typeof access) => api.order('use-link', { ...minting(), sha256: link.sha256, name: 'mine' }),
    (api: typeof access) => api.order('collect-login', { ...minting(), ...poll }),
    (api: typeof access) => api.order('claim-first-admin', { ...minting(), by: randomUUID(), name: 'first' }),
  ];
  for (const race of races) {
    const outcomes = await Promise.allSettled([access, other, access, other].map(race));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  }
  const { tokens, admins } = await access.read();
  expect(tokens.map(({ owner }) => owner)).toEqual(['ben', 'ben', admins[0]]);
});

test('an order that is repeated is done once, and a secret that did not arrive is made anew; its key for another is refused', async () => {
  const { access, store } = await keeper();
  const { order } = token();
  const [first, again] = await Promise.all([access.order('create-token', order), store().order('create-token', order)]);
  expect(again).toEqual(first);
  const second = mintToken('person');
  await access.order('create-token', { ...order, minted: second.minted });
  const book = await access.read();
  expect(book.tokens).toHaveLength(1);
  expect(readToken(book, second.text, present()).ok).toBe(true);
  await expect(access.order('create-token', { ...order, fingerprint: 'g', owner: 'eve' })).rejects.toMatchObject({
    refusal: { reason: 'key-reuse' },
  });
  await access.order('note-use', { ...header(), id: second.minted.id });
  await expect(access.order('create-token', { ...order, minted: mintToken('person').minted })).rejects.toMatchObject({
    refusal: { reason: 'shown-once' },
  });
});

test('what makes no sense, or might be a secret, is refused before anything is written', async () => {
  const { access, handle } = await keeper({ run: {} });
  const { text, order } = token();
  const bad: object[] = [
    { minted: { ...order.minted, text } },
    { secret: text },
    { minted: { id: order.minted.id, sha256: text } },
    { minted: 7 },
    { kind: 'robot' },
    { expiresAt: Number.NaN },
    { scopes: { services: null } },
    { scopes: { roles: ['admin'] } },
    { scopes: { operations: [''] } },
    { owner: 'x'.repeat(121) },
  ];
  for (const more of bad)
    await expect(access.order('create-token', { ...order, ...more })).rejects.toMatchObject({
      refusal: { reason: 'malformed' },
    });
  await expect(handle.executeUpdate('create-token', { args: [] })).rejects.toThrow();
  await handle.signal('sign-out', { person: 'ana' });
  await handle.signal('create-token', order);
  await access.order('sign-out', { ...header(), person: 'ben' });
  expect(await access.read()).toMatchObject({ tokens: [], epoch: 1, signedOut: [{ person: 'ben' }] });
  const { events } = await handle.fetchHistory();
  expect(events!.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toHaveLength(1);
});

test('no secret is in anything that Temporal keeps', async () => {
  const { access, handle } = await keeper();
  const { text, order } = token();
  const [link, poll] = [mintLink(), mintLink()];
  await access.order('create-token', order);
  await access.order('make-link', { ...header(), sha256: link.sha256, person: 'ana', expiresAt: present() + hourMs });
  await access.order('begin-login', { ...header(), code: 'BCDF-GHJK', pollSha256: poll.sha256, name: 'x', scopes: {} });
  const { events } = await handle.fetchHistory();
  for (const part of [events, (await handle.describe()).raw]) {
    const kept = JSON.stringify(part).replaceAll(/"data":"([^"]*)"/g, (_, payload: string) =>
      Buffer.from(payload, 'base64').toString('utf8'),
    );
    expect(kept).toContain(order.minted.sha256);
    for (const secret of [text, text.split('.')[1]!, link.text, poll.text]) expect(kept).not.toContain(secret);
  }
});

test('the whole book goes through a hand-over, and the new run has the memo from its first event on', async () => {
  const { access, handle } = await keeper({ run: { continueAfterEvents: 20 } });
  const { text, order } = token();
  await access.order('create-token', order);
  const claim = { ...header('chiara'), minted: mintToken('person').minted, expiresAt: present() + hourMs };
  await access.order('claim-first-admin', { ...claim, name: 'first' });
  await access.order('make-link', {
    ...header(),
    sha256: mintLink().sha256,
    person: 'ben',
    expiresAt: present() + hourMs,
  });
  const poll = { code: 'BCDF-GHJK', pollSha256: mintLink().sha256 };
  await access.order('begin-login', { ...header(), ...poll, name: 'x', scopes: {} });
  const signOut = { ...header(), person: 'ben' };
  await access.order('sign-out', signOut);
  const before = await access.read();
  await until(async () => Boolean((await startedEvent(handle)).continuedExecutionRunId));
  const { fields } = (await startedEvent(handle)).memo!;
  const memo = Object.entries(fields!).map(
    ([name, { data }]) => [name, JSON.parse(Buffer.from(data!).toString('utf8')) as unknown] as const,
  );
  expect(accessOfMemo(Object.fromEntries(memo))).toEqual(before);
  expect(await access.read()).toEqual(before);
  expect(before).toMatchObject({ admins: ['chiara'], epoch: 1, tokens: [{ owner: 'ana' }, { owner: 'chiara' }] });
  // The keys too: the repeat of an order of the run before does nothing.
  await access.order('sign-out', signOut);
  await access.order('create-token', order);
  expect(await access.read()).toEqual(before);
  expect(readToken(await access.read(), text, present()).ok).toBe(true);
});

test('what falls away leaves the memo', async () => {
  const { access, handle } = await keeper();
  const poll = { code: 'BCDF-GHJK', pollSha256: mintLink().sha256 };
  await access.order('begin-login', { ...header(), ...poll, name: 'x', scopes: {} });
  await access.order('confirm-login', { ...header('ben'), code: poll.code });
  expect((await handle.describe()).memo).toHaveProperty(['logins B']);
  const minting = { ...header(), minted: mintToken('person').minted, expiresAt: present() + hourMs };
  await access.order('collect-login', { ...minting, ...poll });
  expect((await handle.describe()).memo).not.toHaveProperty(['logins B']);
  expect((await access.read()).logins).toEqual([]);
});

test('a worker that dies takes nothing with it: an order waits for the next one, and is done once', async () => {
  const first = await Bench.open();
  const { access, workflowId, taskQueue, handle } = await keeper({ on: first });
  const { text, order } = token();
  await access.order('create-token', order);
  await first.close();
  const { client } = bench.harness.env;
  const impatient = createAccessStore({ client, taskQueue, workflowId });
  const reader = asked(impatient);
  expect(readToken(await reader.read(), text, present()).ok).toBe(true);
  const revoke = { ...header('chiara'), id: order.minted.id };
  await expect(impatient.order('revoke-token', revoke)).rejects.toThrow(StoreUnavailable);
  expect(readToken(await reader.read(), text, present()).ok).toBe(true);
  const next = await startHarness({ taskQueue, activities: {} });
  await reader.order('revoke-token', revoke);
  expect(readToken(await reader.read(), text, present())).toEqual({ ok: false, because: 'revoked' });
  await next.stop();
  const { events } = await client.workflow.getHandle(handle.workflowId).fetchHistory();
  expect(events!.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toHaveLength(2);
});

test('a book that somebody ended in Temporal is read as it was, and goes on with the next order', async () => {
  const { access, handle } = await keeper();
  const { text, order } = token();
  await access.order('create-token', order);
  const { mark } = await access.read();
  await handle.terminate('a test');
  expect(readToken(await access.read(), text, present()).ok).toBe(true);
  await access.order('sign-out', { ...header(), person: 'ben' });
  const after = await access.read();
  expect(after).toMatchObject({ mark, epoch: 1 });
  expect(readToken(after, text, present()).ok).toBe(true);
});
