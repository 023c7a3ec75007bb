/** Following a process: `watch` on a screen and in a pipe, `wait` for scripts. */
import { EventEmitter } from 'node:events';
import { parseAllDocuments } from 'yaml';
import type { Keys } from '../../src/cli/terminal/io';
import { problem } from './front';
import { openWorld, until, type Running, type World } from './muster';

let world: World;
let id: string;
beforeEach(async () => {
  world = await openWorld();
  id = await world.declared();
});
afterEach(() => world.close());

const ack = () => world.api.post(`/v1/incidents/${id}/acknowledge`, undefined, { 'muster-actor': 'fatima' });
const post = (name: string, body: object) => world.api.post(`/v1/incidents/${id}/${name}`, body);
const waitingFor = (running: Running, text: string | RegExp) =>
  until(() => (typeof text === 'string' ? running.out().includes(text) : text.test(running.out())), running.out);

const home = '\u001b[H';
const back = '\u001b[?25h\u001b[?1049l';
const lastFrame = (running: Running) => running.out().split(home).at(-1) ?? '';

class Keyboard extends EventEmitter implements Keys {
  readonly isTTY = true;
  readonly modes: boolean[] = [];
  setRawMode(on: boolean): void {
    this.modes.push(on);
  }
  setEncoding(): void {}
  resume(): void {}
  pause(): void {}
}

describe('watch on a screen', () => {
  const screen = { terminal: 80, rows: 50, env: { NO_COLOR: '1' } };
  const watch = (more: object = {}) => world.start(['incident', 'watch', id], { ...screen, ...more });

  test('redraws when something happens, and Ctrl-C ends it with 130 and gives the screen back', async () => {
    const running = watch();
    await waitingFor(running, 'nobody has answered');
    await ack();
    await until(() => /by fatima/.test(lastFrame(running)), running.out);
    expect(lastFrame(running)).not.toContain('nobody has answered');
    running.interrupt();
    const { code, out } = await running.ended;
    expect([code, out.endsWith(back)]).toEqual([130, true]);
  });

  test('its clocks go on although nothing is heard', async () => {
    const running = watch();
    await waitingFor(running, /due in 5m +response/);
    world.api.engine.now += 70_000;
    await until(() => /due in 3m 50s +response/.test(lastFrame(running)), running.out);
    running.interrupt();
    expect((await running.ended).code).toBe(130);
  });

  test('q ends it with 0, Ctrl-C as a key with 130; the keyboard is given back', async () => {
    for (const [key, code] of [
      ['q', 0],
      ['\u0003', 130],
    ] as const) {
      const keys = new Keyboard();
      const running = watch({ stdin: keys });
      await waitingFor(running, 'DEADLINES');
      keys.emit('data', key);
      expect((await running.ended).code).toBe(code);
      expect([keys.modes, keys.listenerCount('data')]).toEqual([[true, false], 0]);
    }
  });

  test('a frame fits the screen, and keys move on what does not', async () => {
    const keys = new Keyboard();
    const running = watch({ stdin: keys, rows: 12 });
    await waitingFor(running, 'more lines');
    const lines = () => lastFrame(running).split('\r\n');
    expect(lines()).toHaveLength(12);
    expect(lines()[0]).toContain(id);
    keys.emit('data', 'j');
    expect(lines()[0]).toContain('Checkout is down');
    keys.emit('data', 'k');
    expect(lines()[0]).toContain(id);
    running.interrupt();
    await running.ended;
  });

  test('says that it is stale while the server is away, and is live again when it is back', async () => {
    const running = watch();
    await waitingFor(running, 'live, heard at');
    world.front.always = { ...problem(503, 'the engine is away'), headers: { 'retry-after': '0' } };
    await post('comment', { text: 'ends the poll' });
    await until(() => /STALE by .*the engine is away/.test(lastFrame(running)), running.out);
    world.front.always = undefined;
    await until(() => /live, heard at/.test(lastFrame(running)), running.out, 10_000);
    running.interrupt();
    expect((await running.ended).code).toBe(130);
  });

  test('is live again soon although only the view could not be read, and nothing happens after that', async () => {
    const running = watch();
    await waitingFor(running, 'live, heard at');
    await until(() =>
      world.front.seen.some(({ path }) => path.includes('/timeline?after=') && !path.includes('after=0')),
    );
    // One failure for each try to read the view; the poll after them succeeds.
    for (let tries = 0; tries < 4; tries++)
      world.front.queue.push({ ...problem(503, 'the engine is away'), headers: { 'retry-after': '0' } });
    await post('comment', { text: 'ends the poll' });
    await until(() => running.out().includes('STALE by'), running.out);
    await until(() => /live, heard at/.test(lastFrame(running)), running.out);
    running.interrupt();
    expect((await running.ended).code).toBe(130);
  });

  test('a process that is not there: 3, and the screen is left alone', async () => {
    const { code, out } = await world.start(['incident', 'watch', 'INC-2026-12-07-999'], screen).ended;
    expect([code, out]).toEqual([3, '']);
  });
});

describe('watch in a pipe', () => {
  test('one line for each event, without escapes; 130 when interrupted', async () => {
    const running = world.start(['incident', 'watch', id]);
    await waitingFor(running, 'Declared P0');
    expect((await post('comment', { text: 'looking\ninto it' })).status).toBe(200);
    await waitingFor(running, /looking into it\n$/);
    running.interrupt();
    const { code, out } = await running.ended;
    expect(code).toBe(130);
    expect(out).not.toContain('\u001b');
    const { body } = await world.api.get(`/v1/incidents/${id}/timeline`);
    expect(out.trimEnd().split('\n')).toHaveLength(body.items.length);
  });

  test('ends with 1 when the process was ended in Temporal, of which no event tells (R44)', async () => {
    const running = world.start(['incident', 'watch', id]);
    await waitingFor(running, 'Declared P0');
    await until(() => world.front.seen.some(({ path }) => /timeline\?after=[1-9]/.test(path)), running.err);
    const at = new Date(world.api.engine.now).toISOString();
    world.api.engine.endings.set(id, { how: 'terminated', at });
    world.front.queue.push({ status: 200, body: { items: [], next: 99 } });
    expect((await post('comment', { text: 'the last word' })).status).toBe(200);
    const { code, err } = await running.ended;
    expect([code, err]).toEqual([1, expect.stringContaining(`${id} was terminated in Temporal: nothing more comes`)]);
  });

  test('json: one entry of the API a line', async () => {
    const running = world.start(['incident', 'watch', id, '-o', 'json']);
    await waitingFor(running, 'Declared P0');
    running.interrupt();
    const { out } = await running.ended;
    const { body } = await world.api.get(`/v1/incidents/${id}/timeline`);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(body.items);
  });

  test('yaml: one document an entry', async () => {
    const running = world.start(['incident', 'watch', id, '-o', 'yaml']);
    await waitingFor(running, 'declared');
    running.interrupt();
    const { out } = await running.ended;
    const { body } = await world.api.get(`/v1/incidents/${id}/timeline`);
    expect(parseAllDocuments(out).map((document) => document.toJS() as unknown)).toEqual(body.items);
  });

  test('ends with 0 when the process is over', async () => {
    const running = world.start(['incident', 'watch', id]);
    await waitingFor(running, 'Declared P0');
    await post('cancel', { reason: 'false alarm' });
    expect(await running.ended).toMatchObject({ code: 0, out: expect.stringMatching(/false alarm/) });
  });

  test('of a process that was over before: its history, then 0', async () => {
    await post('cancel', { reason: 'false alarm' });
    expect(await world.start(['incident', 'watch', id]).ended).toMatchObject({
      code: 0,
      out: expect.stringMatching(/false alarm/),
    });
  });

  test('outlives a lost connection without losing or repeating an event', async () => {
    const running = world.start(['incident', 'watch', id]);
    await waitingFor(running, 'Declared P0');
    world.front.always = 'hang-up';
    await post('comment', { text: 'said meanwhile' });
    await until(() => /reconnecting/.test(running.err()), running.err, 10_000);
    await post('comment', { text: 'said while away' });
    world.front.always = undefined;
    await waitingFor(running, 'said while away');
    running.interrupt();
    const { out, err } = await running.ended;
    const { body } = await world.api.get(`/v1/incidents/${id}/timeline`);
    expect(out.trimEnd().split('\n')).toHaveLength(body.items.length);
    expect(err).toMatch(/connected again/);
  });
});

describe('wait', () => {
  const wait = (condition: string, ...more: string[]) =>
    world.start(['incident', 'wait', id, '--for', condition, ...more]);

  test('0 at once when it is so already', async () => {
    await ack();
    const { code, out } = await wait('acknowledged').ended;
    expect([code, out]).toEqual([0, `${id} is acknowledged (investigating)\n`]);
  });

  test('0 as soon as it is so', async () => {
    const running = wait('acknowledged');
    await until(() => running.err().includes('waiting until'), running.err);
    await ack();
    expect(await running.ended).toMatchObject({ code: 0, out: `${id} is acknowledged (investigating)\n` });
  });

  test('8 when a deadline is missed meanwhile, naming it', async () => {
    const running = wait('acknowledged');
    await until(() => running.err().includes('waiting until'), running.err);
    world.api.engine.pass(6 * 60_000);
    const { code, out, err } = await running.ended;
    expect([code, out]).toEqual([8, '']);
    expect(err).toMatch(/Deadline missed: INC-\S+ missed .*response \(due 08:05\)/);
  });

  test('a miss of the past is not a miss meanwhile', async () => {
    world.api.engine.pass(6 * 60_000);
    const running = wait('acknowledged');
    await until(() => running.err().includes('waiting until'), running.err);
    await ack();
    expect((await running.ended).code).toBe(0);
  });

  test('1 when it can never be so any more', async () => {
    const running = wait('resolved');
    await until(() => running.err().includes('waiting until'), running.err);
    await post('cancel', { reason: 'false alarm' });
    expect(await running.ended).toMatchObject({
      code: 1,
      err: expect.stringMatching(/is cancelled and will never be/),
    });
  });

  test('1 when time is up', async () => {
    expect(await wait('resolved', '--timeout', '1s').ended).toMatchObject({
      code: 1,
      err: expect.stringMatching(/was not resolved within 1s/),
    });
  });

  test('130 when interrupted', async () => {
    const running = wait('resolved');
    await until(() => running.err().includes('waiting until'), running.err);
    running.interrupt();
    expect(await running.ended).toMatchObject({ code: 130, out: '' });
  });

  test('outlives a server that is away for a while', async () => {
    const running = wait('acknowledged');
    await until(() => running.err().includes('waiting until'), running.err);
    world.front.always = 'hang-up';
    await post('comment', { text: 'ends the poll' });
    await until(() => running.err().includes('trying again'), running.err, 10_000);
    await ack();
    world.front.always = undefined;
    expect((await running.ended).code).toBe(0);
  });

  test('outlives a server that takes no more requests for a moment', async () => {
    const running = wait('acknowledged');
    await until(() => world.front.seen.some(({ path }) => path.includes('wait=')), running.err);
    // The answer to the look that follows the news.
    world.front.queue.push(problem(429, 'too many requests'));
    await ack();
    expect((await running.ended).code).toBe(0);
  });

  test('an item, done or skipped', async () => {
    const running = wait('item=dashboards-checked');
    await until(() => running.err().includes('waiting until'), running.err);
    await post('skip-items', { items: ['dashboards-checked'], reason: 'we sit together' });
    expect(await running.ended).toMatchObject({
      code: 0,
      out: expect.stringMatching(/done with item dashboards-checked/),
    });
  });

  test.each([
    ['somehow', [], /--for is "somehow"; expected one of acknowledged, resolved/],
    ['item=nowhere', [], /there is no item "nowhere"; there are/],
    ['resolved', ['--timeout', '10'], /--timeout is "10"; expected a duration/],
    ['resolved', ['--timeout', '0s'], /--timeout is "0s"/],
  ])('2: --for %s %j', async (condition, more, words) => {
    expect(await wait(condition, ...more).ended).toMatchObject({ code: 2, out: '', err: expect.stringMatching(words) });
  });

  test('2: without --for; the message lists what may stand there', async () => {
    const { code, err } = await world.muster(['incident', 'wait', id]);
    expect(code).toBe(2);
    expect(err).toMatch(/--for/);
  });
});
