/** Exit codes: each way of ending has its own code, and stdout carries only data. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { problem } from './front';
import { openWorld, start, type World } from './muster';

let world: World;
beforeEach(async () => (world = await openWorld()));
afterEach(() => world.close());

test('0: data is on stdout, remarks on stderr', async () => {
  const { code, out, err } = await world.muster([
    'incident',
    'declare',
    'Checkout is down',
    'P0',
    '--service',
    'payments',
  ]);
  expect(code).toBe(0);
  expect(out).toContain('INC-2026-12-07-001');
  expect(out).toContain('due in 5m');
  expect(err).toContain('muster incident ack INC-2026-12-07-001');
  expect(out).not.toContain('You have it?');
});

test.each([
  ['a field is missing', ['release', 'plan', '--title', 'x'], /missing \S+ \(or --[a-z-]+\)/],
  ['a flag is not known', ['incident', 'list', '--nowhere'], /unknown option '--nowhere'/],
  ['a format is not known', ['incident', 'list', '-o', 'xml'], /-o is "xml"; expected one of table, wide, json/],
  ['a word is too much', ['incident', 'comment', 'INC-2026-12-07-001', 'two', 'words'], /too many words, from "words"/],
  ['the noun is another', ['incident', 'show', 'REL-2026-12-07-001'], /is a release: muster release/],
  ['the id is missing', ['incident', 'show'], /missing required argument 'ids'/],
  ['the address is none', ['--server', 'nowhere', 'incident', 'list'], /expected an address such as/],
  ['the actor cannot be sent', ['--as', 'a\nb', 'incident', 'list'], /actor \(--as, MUSTER_ACTOR or `muster whoami`\)/],
])('2, and nothing is asked, when %s', async (_, argv, words) => {
  const { code, out, err } = await world.muster(argv);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^Wrong usage: /);
  expect(err).toMatch(words);
  expect(world.front.seen).toEqual([]);
});

test('2: what the API does not understand is told in the words of the command line', async () => {
  const id = await world.declared();
  const { code, out, err } = await world.muster(['incident', 'snooze', id, 'update', 'tomorrow', 'lunch']);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/--until: expected/);
});

test('2: what is wrong with a field is told once', async () => {
  const id = await world.declared();
  const one = await world.muster(['incident', 'snooze', id, 'update', 'tomorrow', 'lunch']);
  expect(one.err.match(/expected an instant/g)).toHaveLength(1);
  const two = await world.muster(['incident', 'declare', 'x', 'P1', '--commander', 'nobody', '--service', 'x']);
  expect(two.err.trimEnd().split('\n')).toEqual([
    'Wrong usage: The request does not fit',
    expect.stringMatching(/^ {2}--service: unknown service "x"/),
    expect.stringMatching(/^ {2}--commander: unknown person "nobody"/),
  ]);
});

test('2: a noun without a verb shows its help on stderr', async () => {
  for (const argv of [[], ['incident']]) {
    const { code, out, err } = await world.muster(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/Usage: muster/);
  }
});

test('0: help that was asked for is data', async () => {
  for (const argv of [['--help'], ['incident', '--help'], ['incident', 'ack', '--help'], ['--version']]) {
    const { code, out, err } = await world.muster(argv);
    expect([code, err]).toEqual([0, '']);
    expect(out).not.toBe('');
  }
  expect((await world.muster('--help')).out).toMatch(/8 a deadline was missed \(wait\) +130 interrupted/);
});

test('3: there is no such incident', async () => {
  const { code, out, err } = await world.muster('incident show INC-2026-12-07-999');
  expect([code, out]).toEqual([3, '']);
  expect(err).toBe('Not found: there is no INC-2026-12-07-999\n');
});

test('5: refused, with every reason that the API gives', async () => {
  const id = await world.planned();
  const { code, out, err } = await world.muster(`release deploy ${id}`);
  expect([code, out]).toEqual([5, '']);
  expect(err).toMatch(/^Refused: /);
  const { body } = await world.api.get(`/v1/releases/${id}`);
  const because = (body.gates[0].closedBecause as { text: string }[]).map(({ text }) => text);
  expect(because.length).toBeGreaterThan(0);
  for (const text of because) expect(err).toContain(text);
});

test('5: a reported pass that is below its threshold; the result is recorded all the same', async () => {
  const id = await world.planned();
  const report = (result: string, value: string) =>
    world.muster(['release', 'report-check', id, 'code-coverage', result, '--value', value]);
  const below = await report('pass', '71');
  expect(below.code).toBe(5);
  expect(below.out).toContain('Check code-coverage: pass (71) - 71 is below 80');
  expect(below.err).toBe('Refused: check code-coverage: 71 is below 80; the result is recorded, but it is no pass\n');
  expect((await report('pass', '80')).code).toBe(0);
  // CI knows of a failure that it reports itself.
  expect((await report('fail', '3')).code).toBe(0);
  const refused = await world.muster(['release', 'done', id, 'coverage']);
  expect([refused.code, refused.out]).toEqual([5, '']);
  expect(refused.err).toContain('check code-coverage failed');
  expect((await world.muster(['release', 'done', id, 'coverage', '--note', 'only generated code'])).code).toBe(0);
});

test('5: a stale --if-match changes nothing', async () => {
  const id = await world.declared();
  expect((await world.muster(['incident', 'comment', id, 'x', '--if-match', '99'])).code).toBe(5);
  const { revision } = (await world.api.get(`/v1/incidents/${id}`)).body;
  expect((await world.muster(['incident', 'comment', id, 'x', '--if-match', String(revision)])).code).toBe(0);
});

test('5: the same key with another body', async () => {
  const id = await world.declared();
  const say = (text: string) => world.muster(['incident', 'comment', id, text, '--idempotency-key', 'k-1']);
  expect([(await say('one')).code, (await say('one')).code, (await say('two')).code]).toEqual([0, 0, 5]);
});

test.each([
  [400, 2],
  [401, 4],
  [403, 4],
  [404, 3],
  [409, 5],
  [412, 5],
  [413, 2],
  [415, 2],
  [422, 5],
  [429, 6],
  [500, 1],
  [502, 7],
])('an answer of %d ends with %d and says why', async (status, code) => {
  world.front.always = problem(status, 'because of the test');
  const outcome = await world.muster('incident list');
  expect([outcome.code, outcome.out]).toEqual([code, '']);
  expect(outcome.err).toContain('because of the test');
});

test('1: something that is no Muster server is named as such', async () => {
  world.front.always = { status: 200, body: '<html>a router</html>' };
  const { code, out, err } = await world.muster('incident list');
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/not JSON; is it a Muster server\?/);
  world.front.always = { status: 404, body: '<html>nothing here</html>' };
  expect(await world.muster('incident list')).toMatchObject({ code: 3, err: expect.stringMatching(/Muster server\?/) });
});

test('7: nothing listens there: says where, and what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const { code, out, err } = await start(['incident', 'list'], { env: { MUSTER_URL: `http://127.0.0.1:${port}` } })
    .ended;
  expect([code, out]).toEqual([7, '']);
  expect(err).toBe(
    `Unreachable: nothing listens at http://127.0.0.1:${port}; start it with \`npm start\`, or set MUSTER_URL\n`,
  );
});

test('7: the host is not known', async () => {
  const env = { MUSTER_URL: 'http://no-such-host.invalid:8080' };
  const { code, err } = await start(['incident', 'list'], { env }).ended;
  expect(code).toBe(7);
  expect(err).toMatch(/MUSTER_URL/);
});

test('130: an interruption ends a request under way', async () => {
  world.front.always = 'hang';
  const running = world.start(['incident', 'list']);
  setTimeout(() => running.interrupt(), 50);
  expect(await running.ended).toMatchObject({ code: 130, out: '' });
});

test('a refusal says instants by the clock of the reader, and to a program to the second', async () => {
  await world.muster('incident declare Checkout P0 --service payments');
  const snooze = ['incident', 'snooze', 'INC-2026-12-07-001', 'update', '9h', 'a call'];
  const { code, err } = await world.muster(snooze);
  expect([code, err]).toEqual([5, expect.stringMatching(/^Refused: at most until \d\d:15 UTC \(one update interval/)]);
  const { err: problem } = await world.muster([...snooze, '-o', 'json']);
  expect(JSON.parse(problem)).toMatchObject({ detail: expect.stringMatching(/until [\d-]+T\d\d:15:00Z \(one/) });
});

test('-o json tells an error as problem JSON on stderr', async () => {
  const gone = await world.muster('incident show INC-2026-12-07-999 -o json');
  expect([gone.code, gone.out]).toEqual([3, '']);
  expect(JSON.parse(gone.err)).toMatchObject({ type: 'urn:muster:problem:not-found', status: 404 });
  for (const words of ['incident declare -o json', '--output=json incident declare', 'incident declare -ojson']) {
    const { code, err } = await world.muster(words);
    expect(code).toBe(2);
    expect(JSON.parse(err)).toMatchObject({ type: 'urn:muster:cli:usage', detail: expect.stringMatching(/missing/) });
  }
});
