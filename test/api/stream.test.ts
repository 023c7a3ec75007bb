/** GET /v1/stream over HTTP: what watchers are told, when, and for how long. */
import { EventEmitter } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../src/api/app';
import { EventStream, eventText } from '../../src/api/http/event-stream';
import { mostStreams, mostStreamsOfOne, Streams, type Every } from '../../src/api/http/streams';
import { TimelineWatch } from '../../src/api/temporal/timeline-watch';
import { LiveProcesses } from '../../src/api/temporal/live-processes';
import { NoSuchProcess, StoreUnavailable, Unreadable } from '../../src/api/temporal/process-store';
import type { ApiDeps } from '../../src/api/http/route';
import type { Principal } from '../../src/domain';
import { listen, type Listening } from '../support/events';
import { t0 } from '../support/policy';
import { RulesEngine } from './rules-engine';
import { bearer, testCredential, type People } from './signed-in';
import { depsOver, launch, onNetwork, outage, serve, shippedDirectory } from './serve';

/** Seconds that pass when the test says so. */
class Seconds {
  private readonly acts = new Set<() => void>();
  readonly every: Every = (_, act) => {
    this.acts.add(act);
    return () => void this.acts.delete(act);
  };
  get areCounted(): boolean {
    return this.acts.size > 0;
  }
  pass(count = 1): void {
    for (let second = 0; second < count; second++) for (const act of [...this.acts]) act();
  }
}

let seconds: Seconds;
let api: Awaited<ReturnType<typeof serve>>;
let people: People;
const streams: Listening[] = [];

async function open(more: Partial<ApiDeps> = {}): Promise<void> {
  seconds = new Seconds();
  api = await serve({ every: seconds.every, ...more });
}
/** Where people have to sign in, as `people` says at each moment. */
function openSignedIn(): Promise<void> {
  people = { boss: person('boss', 'admin'), emeka: person('emeka', 'viewer'), tomas: person('tomas', 'viewer') };
  return open({
    access: onNetwork,
    authenticators: [testCredential(people)],
    accessRules: () => ({ everybody: 'viewer', roles: [] }),
  });
}
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await api.close();
});

const person = (id: string, role: 'viewer' | 'responder' | 'admin'): Principal => ({
  id,
  kind: 'person',
  roles: [{ role }],
  scopes: {},
  via: 'session',
});
async function watch(query: string, headers: Record<string, string> = {}): Promise<Listening> {
  const stream = await listen(`${api.url}/v1/stream${query}`, headers);
  streams.push(stream);
  return stream;
}
async function declared(body: object = outage, headers = {}): Promise<string> {
  const reply = await api.post('/v1/incidents', body, headers);
  expect(reply.status).toBe(201);
  return reply.body.id as string;
}
const give = (id: string, command: string, body: object = {}, headers: object = { 'muster-actor': 'fatima' }) =>
  api.post(`/v1/incidents/${id}/${command}`, body, { ...headers });
const timelineOf = async (id: string) =>
  (await api.get(`/v1/incidents/${id}/timeline?limit=1000`)).body.items as { seq: number; type: string }[];
/** Lets everything happen that waits for no timer and for no other connection. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Waits until `holds`; fails after 5 s. */
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = performance.now() + 5_000; !(await holds()); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (performance.now() > end) throw new Error('it did not come true');
}

describe('of one process', () => {
  beforeEach(() => open());

  test('how it stands comes at once, with the newest entries and the names that go with it', async () => {
    const id = await declared();
    await give(id, 'acknowledge');
    for (let index = 0; index < 25; index++) await give(id, 'comment', { text: `note ${index}` });
    const stream = await watch(`?process=${id}`);
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    const { event, id: eventId, data } = await stream.next();
    const entries = await timelineOf(id);
    expect(event).toBe('process');
    expect(eventId).toBe(`${data.process.revision}.${entries.at(-1)!.seq}`);
    expect(data.process).toEqual((await api.get(`/v1/incidents/${id}`)).body);
    expect(data.entries).toEqual(entries.slice(-20));
    expect(data.names).toMatchObject({ fatima: shippedDirectory.people['fatima']!.name });
    expect(stream.text()).toMatch(/^retry: 2000\n\n/);
  });

  test('a command through this API is told at once, to everybody, and each entry once', async () => {
    const id = await declared();
    const [one, other] = [await watch(`?process=${id}`), await watch(`?process=${id}`)];
    const first = (await one.next()).data.entries.at(-1).seq as number;
    await other.next();
    await give(id, 'acknowledge');
    const told = await Promise.all([one.next(), other.next()]);
    expect(told[0]).toEqual(told[1]);
    expect(told[0].data.process.hasIt).toMatchObject({ person: 'fatima' });
    await give(id, 'comment', { text: 'looking' });
    await one.next();
    const seqs = one.got.slice(1).flatMap(({ data }) => data.entries.map(({ seq }: { seq: number }) => seq));
    expect(seqs).toEqual((await timelineOf(id)).map(({ seq }) => seq).filter((seq) => seq > first));
  });

  test('a release is told of too', async () => {
    const { id } = (await api.post('/v1/releases', launch)).body;
    const stream = await watch(`?process=${id}`);
    expect((await stream.next()).data.process).toMatchObject({ id, kind: 'release' });
  });

  test.each([
    ['the header', (id: string) => watch(`?process=${id.split(' ')[0]}`, { 'last-event-id': id.split(' ')[1]! })],
    ['the query', (id: string) => watch(`?process=${id.split(' ')[0]}&lastEventId=${id.split(' ')[1]}`)],
  ])('who comes back with the last id by %s gets what came after it, and nothing twice', async (_, again) => {
    const id = await declared();
    const before = await watch(`?process=${id}`);
    const { id: last } = await before.next();
    before.close();
    await give(id, 'comment', { text: 'said meanwhile' });
    const { data } = await (await again(`${id} ${last}`)).next();
    expect(data.entries).toMatchObject([{ type: 'commented', body: 'said meanwhile' }]);
  });

  test('who asks from the beginning on gets the whole timeline', async () => {
    const id = await declared();
    for (let index = 0; index < 30; index++) await give(id, 'comment', { text: `note ${index}` });
    const { data } = await (await watch(`?process=${id}&lastEventId=0.0`)).next();
    expect(data.entries).toEqual(await timelineOf(id));
  });

  test.each(['nonsense', '7', '1.99999', 'x.5', '-1.-1'])('the id %s is as none', async (last) => {
    const id = await declared();
    const stream = await watch(`?process=${id}`, { 'last-event-id': last });
    expect((await stream.next()).data.entries).toEqual((await timelineOf(id)).slice(-20));
  });

  test('a deadline that has passed is told although nothing happened to the process', async () => {
    const id = await declared();
    const stream = await watch(`?process=${id}`);
    await stream.next();
    api.engine.now += 6 * 60_000;
    seconds.pass();
    const { data } = await stream.next();
    expect(data.entries).toEqual([]);
    expect(data.process.deadlines.find(({ kind }: { kind: string }) => kind === 'response').status).toBe('missed');
    // Once.
    seconds.pass(3);
    await settled();
    expect(stream.got.filter(({ event }) => event === 'process')).toHaveLength(2);
  });

  test('an end in Temporal is told, of which no entry tells (R44)', async () => {
    const id = await declared();
    const stream = await watch(`?process=${id}`);
    await stream.next();
    api.engine.endings.set(id, { how: 'terminated', at: new Date(t0).toISOString() });
    seconds.pass(5);
    expect((await stream.next()).data.process.ended).toMatchObject({ how: 'terminated' });
  });

  test('a hundred who watch are one question, whatever happens', async () => {
    const id = await declared();
    const all = await Promise.all(Array.from({ length: 100 }, () => watch(`?process=${id}`)));
    await Promise.all(all.map((stream) => stream.next()));
    await settled();
    api.engine.asked.length = 0;
    await give(id, 'comment', { text: 'hello' });
    await Promise.all(all.map((stream) => stream.next()));
    expect(api.engine.asked.filter((question) => question === `view ${id}`).length).toBeLessThanOrEqual(2);
    expect(api.engine.asked.length).toBeLessThan(10);
  });

  test('a heartbeat comes every 10 s, without an id', async () => {
    const id = await declared();
    const stream = await watch(`?process=${id}`);
    await stream.next();
    seconds.pass(9);
    await settled();
    expect(stream.got).toHaveLength(1);
    seconds.pass();
    expect(await stream.next()).toMatchObject({ event: 'alive', data: { at: new Date(t0).toISOString() } });
    // The parser repeats the last id of a stream; on the wire there is none.
    expect(stream.text().split('\n\n').at(-2)).not.toContain('id:');
  });

  test('nothing is said while nobody knows how the process stands, and all of it afterwards', async () => {
    const id = await declared();
    const stream = await watch(`?process=${id}`);
    await stream.next();
    api.engine.down = true;
    api.engine.asked.length = 0;
    await until(() => api.engine.asked.length > 0);
    await settled();
    seconds.pass(10);
    await settled();
    expect(stream.got).toHaveLength(1);
    api.engine.down = false;
    await give(id, 'comment', { text: 'back again' });
    expect((await stream.next()).data.entries).toMatchObject([{ body: 'back again' }]);
    seconds.pass(10);
    expect((await stream.next()).event).toBe('alive');
  });

  test('a client that has gone costs nothing any more', async () => {
    const id = await declared();
    const stream = await watch(`?process=${id}`);
    await stream.next();
    expect(seconds.areCounted).toBe(true);
    // A command stirs whoever waits for news, so that they ask at once.
    const newsAsked = () => api.engine.asked.filter((question) => question.startsWith('timeline ')).length;
    const before = newsAsked();
    await give(id, 'comment', { text: 'somebody hears it' });
    await stream.next();
    expect(newsAsked()).toBeGreaterThan(before);
    stream.close();
    await until(() => !seconds.areCounted);
    await settled();
    const asked = newsAsked();
    await give(id, 'comment', { text: 'nobody hears it' });
    await settled();
    seconds.pass(30);
    await settled();
    expect(newsAsked()).toBe(asked);
  });
});

describe('honest answers before the first event', () => {
  beforeEach(() => open());

  test.each([
    ['?process=INC-2026-12-07-999', 404, 'not-found'],
    ['?process=nonsense', 400, 'malformed'],
    ['?process=', 400, 'malformed'],
    ['?proces=INC-2026-12-07-001', 400, 'malformed'],
    ['?process=INC-2026-12-07-001&process=INC-2026-12-07-002', 400, 'malformed'],
  ])('%s: %d', async (query, status, problem) => {
    const stream = await watch(query);
    await stream.ended;
    expect([stream.status, stream.headers['content-type']]).toEqual([status, 'application/problem+json']);
    expect(JSON.parse(stream.text()).type).toBe(`urn:muster:problem:${problem}`);
  });

  test('HEAD gets the headers and no events, another method 405, an engine that is away 503', async () => {
    const id = await declared();
    const head = await listen(`${api.url}/v1/stream?process=${id}`, {}, 'HEAD');
    await head.ended;
    expect([head.status, head.headers['content-type'], head.text()]).toEqual([200, 'text/event-stream', '']);
    expect((await api.post('/v1/stream', {})).status).toBe(405);
    api.engine.down = true;
    for (const query of ['', '?process=INC-2026-12-07-002']) {
      const reply = await api.get(`/v1/stream${query}`);
      expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '2']);
    }
    expect(seconds.areCounted).toBe(false);
  });

  test('a stream counts as answered when it begins', async () => {
    const id = await declared();
    await (await watch(`?process=${id}`)).next();
    expect((await api.get('/metrics')).text).toMatch(
      /muster_http_requests_total\{method="GET",route="\/v1\/stream",status="200"\} 1\n/,
    );
  });
});

describe('of what is open', () => {
  beforeEach(() => open());

  test('begins with nothing changed, then names what is new, different and gone', async () => {
    const known = await declared();
    const stream = await watch('');
    const first = await stream.next();
    expect(first).toMatchObject({ event: 'open', data: { changed: [] } });
    const id = await declared({ ...outage, title: 'Search is slow' });
    const second = await stream.next();
    expect(second.data.changed).toEqual([id]);
    expect(second.id).not.toBe(first.id);
    await give(known, 'cancel', { reason: 'false alarm' });
    expect((await stream.next()).data.changed).toContain(known);
    // The same list is the same id, for whoever comes later.
    const later = await watch('');
    expect((await later.next()).id).toBe(stream.got.at(-1)!.id);
  });

  test('the page Now names what it shows with the id of the stream, so it sees what it missed', async () => {
    await declared();
    const shown = async () => String((await api.get('/', { accept: 'application/json' })).body.openId);
    const idNow = async () => (await (await watch('')).next()).id;
    expect(await shown()).toBe(await idNow());
    const before = await shown();
    await declared({ ...outage, title: 'Search is slow' });
    expect(await shown()).not.toBe(before);
    for (const stream of streams.splice(0)) stream.close();
    await until(() => !seconds.areCounted);
    expect(await shown()).toBe(await idNow());
  });

  test('a command is named although the row of the list is the same', async () => {
    const id = await declared();
    await give(id, 'acknowledge');
    const stream = await watch('');
    await stream.next();
    await give(id, 'comment', { text: 'hello' });
    expect((await stream.next()).data.changed).toEqual([id]);
  });

  test('what others changed comes with the next second; one list for everybody', async () => {
    const id = await declared();
    const all = await Promise.all(Array.from({ length: 50 }, () => watch('')));
    await Promise.all(all.map((stream) => stream.next()));
    await settled();
    api.engine.asked.length = 0;
    api.engine.pass(6 * 60_000);
    seconds.pass();
    for (const stream of all) expect((await stream.next()).data.changed).toEqual([id]);
    expect(api.engine.asked.filter((question) => question === 'list incident,release')).toHaveLength(1);
  });

  test('is silent while the list cannot be read', async () => {
    const stream = await watch('');
    await stream.next();
    api.engine.down = true;
    seconds.pass();
    await settled();
    seconds.pass(9);
    await settled();
    expect(stream.got).toHaveLength(1);
    api.engine.down = false;
    seconds.pass();
    await settled();
    seconds.pass(9);
    expect((await stream.next()).event).toBe('alive');
  });
});

describe('who may read it', () => {
  beforeEach(() => openSignedIn());

  test('nobody without a credential, and nobody of whom a restricted process is kept (R37)', async () => {
    const id = await declared({ ...outage, title: 'A leak of salaries', restrictedTo: ['emeka'] }, bearer('boss'));
    expect((await api.get(`/v1/stream?process=${id}`)).status).toBe(401);
    const kept = await api.get(`/v1/stream?process=${id}`, bearer('tomas'));
    expect([kept.status, kept.body.reason]).toEqual([403, 'restricted']);
    expect(kept.text).not.toContain('salaries');
    const stream = await watch(`?process=${id}`, bearer('emeka'));
    expect((await stream.next()).data.process.title).toBe('A leak of salaries');
  });

  test('a process that is restricted while they watch is taken away from them, and from nobody else', async () => {
    const id = await declared(outage, bearer('boss'));
    const [tomas, emeka] = [
      await watch(`?process=${id}`, bearer('tomas')),
      await watch(`?process=${id}`, bearer('emeka')),
    ];
    await Promise.all([tomas.next(), emeka.next()]);
    expect((await give(id, 'restrict', { to: ['emeka'] }, bearer('boss'))).status).toBe(200);
    expect((await emeka.next()).event).toBe('process');
    const last = await tomas.next();
    expect([last.event, last.data.because]).toEqual(['over', expect.stringContaining('restricted')]);
    await tomas.ended;
    expect(tomas.got.filter(({ event }) => event === 'process')).toHaveLength(1);
    expect(tomas.text()).not.toContain('"restricted":{');
  });

  test('what is open says nothing of restricted processes to those who may not see them', async () => {
    await declared(outage, bearer('boss'));
    const pageOf = async (who: string) =>
      (await api.get('/', { ...bearer(who), accept: 'application/json' })).body.openId as string;
    const [tomas, emeka] = [await watch('', bearer('tomas')), await watch('', bearer('emeka'))];
    const [before] = [await tomas.next(), await emeka.next()];
    const hidden = await declared({ ...outage, restrictedTo: ['emeka'] }, bearer('boss'));
    expect((await emeka.next()).data.changed).toEqual([hidden]);
    await settled();
    expect(tomas.got).toHaveLength(1);
    const later = await watch('', bearer('tomas'));
    expect((await later.next()).id).toBe(before.id);
    expect(await pageOf('tomas')).toBe(before.id);
    expect(await pageOf('emeka')).toBe(emeka.got.at(-1)!.id);
    const seen = await declared({ ...outage, title: 'For all' }, bearer('boss'));
    expect((await tomas.next()).data.changed).toEqual([seen]);
  });

  test.each([
    ['a credential that was revoked', () => void delete people['tomas'], 'nobody has this token'],
    ['a role that was taken', () => (people['tomas'] = { ...people['tomas']!, roles: [] }), 'needs the role viewer'],
    ['a role that is another', () => (people['tomas'] = person('tomas', 'admin')), 'what you may do has changed'],
  ])('%s ends the stream within 12 s', async (_, change, because) => {
    const id = await declared(outage, bearer('boss'));
    for (const query of ['', `?process=${id}`]) {
      people['tomas'] = person('tomas', 'viewer');
      const stream = await watch(query, bearer('tomas'));
      await stream.next();
      seconds.pass(12);
      await settled();
      expect(stream.got.map(({ event }) => event)).not.toContain('over');
      change();
      seconds.pass(12);
      expect((await stream.next('over')).data.because).toContain(because);
      await stream.ended;
    }
  });

  test('while nobody can tell whose a credential is, nobody is sent away', async () => {
    const id = await declared(outage, bearer('boss'));
    await api.close();
    const [engine, real] = [api.engine, testCredential(people)];
    let isAway = false;
    seconds = new Seconds();
    api = await serve({
      access: onNetwork,
      every: seconds.every,
      store: engine,
      authenticators: [
        {
          ...real,
          authenticate: (...asked) =>
            isAway ? Promise.reject(new StoreUnavailable('away')) : real.authenticate(...asked),
        },
      ],
    });
    const stream = await watch(`?process=${id}`, bearer('tomas'));
    await stream.next();
    isAway = true;
    seconds.pass(24);
    expect((await stream.next()).event).toBe('alive');
    expect(stream.got.map(({ event }) => event)).not.toContain('over');
  });

  test(`one asker has ${mostStreamsOfOne} streams, and a place that is left is free again`, async () => {
    const id = await declared(outage, bearer('boss'));
    const own = await Promise.all(
      Array.from({ length: mostStreamsOfOne }, () => watch(`?process=${id}`, bearer('tomas'))),
    );
    await Promise.all(own.map((stream) => stream.next()));
    const refused = await api.get('/v1/stream', bearer('tomas'));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    expect(refused.body.detail).toMatch(/at most 20 streams of one are open/);
    expect((await watch('', bearer('emeka'))).status).toBe(200);
    own[0]!.close();
    await until(async () => {
      const again = await watch('', bearer('tomas'));
      if (again.status !== 200) await again.ended;
      return again.status === 200;
    });
  });
});

describe('the bounds', () => {
  const places = () =>
    new Streams({ clock: () => t0, every: () => () => undefined, ending: undefined, onTick: () => undefined });
  beforeEach(() => open());

  test(`${mostStreams} in all, then 503 with Retry-After`, () => {
    const all = places();
    const take = (who: string) => all.takePlace(who, new AbortController().signal);
    for (let index = 0; index < mostStreams; index++) take(`person-${index}`);
    expect(() => take('one-more')).toThrow(/at most 1000 streams of everybody together/);
  });

  test('a client that does not read is dropped after 30 s, and holds nobody up', async () => {
    const seconds = new Seconds();
    const all = new Streams({ clock: () => t0, every: seconds.every, ending: undefined, onTick: () => undefined });
    const isCurrent = () => true;
    const server = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/event-stream');
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const out = new EventStream(response);
      all.add({ out, isCurrent, askAgain: () => Promise.resolve() }, gone.signal);
      out.write(eventText('open', JSON.stringify('x'.repeat(30_000_000))));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const [slow, quick] = [await listen(url), await listen(url)];
    slow.pause();
    await quick.next('open');
    seconds.pass(20);
    expect((await quick.next()).event).toBe('alive');
    seconds.pass(11);
    // The socket is gone for the server; the client notices when it reads again.
    await quick.next();
    await settled();
    quick.close();
    await until(() => !seconds.areCounted);
    slow.close();
    await new Promise((resolve) => server.close(resolve));
  });

  test('so is one whose connection is dead: what is sent stays here, however little it is', async () => {
    const seconds = new Seconds();
    const all = new Streams({ clock: () => t0, every: seconds.every, ending: undefined, onTick: () => undefined });
    /** A connection that says that there is room, while nothing leaves. */
    const connected = () => {
      const gone = new AbortController();
      const [stays, written] = [{ bytes: 0 }, [] as string[]];
      const response = Object.assign(new EventEmitter(), {
        flushHeaders: () => undefined,
        write: (text: Buffer) => written.push(String(text)) > 0,
        destroy: () => response.emit('close'),
      });
      Object.defineProperty(response, 'writableLength', { get: () => stays.bytes });
      response.once('close', () => gone.abort());
      const out = new EventStream(response as unknown as ServerResponse);
      all.add({ out, isCurrent: () => true, askAgain: () => Promise.resolve() }, gone.signal);
      return { stays, written, isGone: () => gone.signal.aborted };
    };
    const [dead, slow] = [connected(), connected()];
    dead.stays.bytes = slow.stays.bytes = 80;
    seconds.pass(30);
    slow.stays.bytes = 0;
    seconds.pass();
    expect([dead.isGone(), slow.isGone()]).toEqual([true, false]);
    slow.stays.bytes = 80;
    seconds.pass(30);
    expect(slow.isGone()).toBe(false);
    expect(slow.written.filter((text) => text.startsWith('event: alive'))).toHaveLength(6);
  });

  test('everything ends when the program stops, at once and without a word, so that clients come back', async () => {
    await api.close();
    const stop = new AbortController();
    await open({ ending: stop.signal });
    const id = await declared();
    const [one, list] = [await watch(`?process=${id}`), await watch('')];
    await Promise.all([one.next(), list.next()]);
    stop.abort();
    await Promise.all([one.ended, list.ended]);
    expect([...one.got, ...list.got].map(({ event }) => event)).not.toContain('over');
    await until(() => !seconds.areCounted);
    const late = await watch(`?process=${id}`);
    await late.ended;
    expect(late.status).toBe(200);
  });

  test('a process that cannot be read any more is over, and says why', async () => {
    const id = await declared();
    const stream = await watch(`?process=${id}`);
    await stream.next();
    const view = api.engine.view.bind(api.engine);
    api.engine.view = () => Promise.reject(new Unreadable(`${id} stands still`, { standsStill: true }));
    seconds.pass(5);
    expect((await stream.next()).data).toEqual({ because: `${id} stands still` });
    await stream.ended;
    api.engine.view = view;
    expect((await (await watch(`?process=${id}`)).next()).event).toBe('process');
  });
});

test('a source that failed at its beginning is asked anew by the next who comes', async () => {
  await open();
  const engine = new RulesEngine(t0, () => shippedDirectory);
  const live = new LiveProcesses({
    store: engine,
    watch: new TimelineWatch((id, after, limit) => engine.timeline(id, after, limit)),
    clock: () => t0,
    show: () => Promise.resolve('shown'),
  });
  const viewer = { take: () => undefined, fail: () => undefined };
  const join = () => live.join('INC-2026-12-07-001', viewer, 0, new AbortController().signal);
  await expect(join()).rejects.toThrow(NoSuchProcess);
  await expect(join()).rejects.toThrow(NoSuchProcess);
  expect(engine.asked).toHaveLength(2);
});

test('two programs behind one name: who was told more by the other misses nothing and gets nothing twice', async () => {
  await open();
  const id = await declared();
  const stream = await watch(`?process=${id}`);
  await stream.next();
  // Another program gave the command, so that nobody stirs here.
  const other = createServer(createApp(depsOver(api.engine, () => api.engine.now)));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const told = await listen(`${url}/v1/stream?process=${id}`);
  await told.next();
  await fetch(`${url}/v1/incidents/${id}/acknowledge`, { method: 'POST' });
  const { id: last } = await told.next();
  told.close();
  other.closeAllConnections();
  const moved = await watch(`?process=${id}`, { 'last-event-id': last! });
  expect((await moved.next()).data.entries).toEqual([]);
  await new Promise((resolve) => other.close(resolve));
});
