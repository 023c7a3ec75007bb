/** Following a process: `watch` on a screen and in a pipe, `wait` for scripts. */
import { EventEmitter } from 'node:events';
import { parseAllDocuments } from 'yaml';
import { everyByTimer } from '../../src/api/http/streams';
import type { Keys } from '../../src/cli/terminal/io';
import { problem } from './front';
import { openWorld, until, type Running, type World } from './muster';

let world: World;
let id: string;
/** Seconds pass for the streams of the API by the clock, and besides when the test says so. */
let acts: (() => void)[];
const pass = (seconds: number) => {
  for (let second = 0; second < seconds; second++) for (const act of acts) act();
};
beforeEach(async () => {
  acts = [];
  world = await openWorld({
    every: (ms, act) => {
      acts.push(act);
      return everyByTimer(ms, act);
    },
  });
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
    world.front.cut();
    await until(() => /STALE by .*the engine is away/.test(lastFrame(running)), running.out);
    world.front.always = undefined;
    await until(() => /live, heard at/.test(lastFrame(running)), running.out, 10_000);
    running.interrupt();
    expect((await running.ended).code).toBe(130);
  });

  test('a heartbeat says that what is shown is still so', async () => {
    const running = watch();
    await waitingFor(running, /live, heard at 08:00:00/);
    await until(() => acts.length > 0, running.err);
    world.api.engine.now += 70_000;
    pass(10);
    await until(() => /live, heard at 08:01:10/.test(lastFrame(running)), running.out);
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
    const at = new Date(world.api.engine.now).toISOString();
    world.api.engine.endings.set(id, { how: 'terminated', at });
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

  test('1, and says so, when the server is older and has no stream', async () => {
    world.front.queue.push({ status: 200, body: {} }, problem(404, 'there is no GET /v1/stream'));
    const { code, err } = await world.start(['incident', 'watch', id]).ended;
    expect([code, err]).toEqual([1, expect.stringContaining('is an older Muster, which cannot be followed')]);
  });

  test('4 when the process is restricted to others meanwhile (R37)', async () => {
    const running = world.start(['incident', 'watch', id, '--as', 'tomas']);
    await waitingFor(running, 'Declared P0');
    expect((await post('restrict', { to: ['emeka'] })).status).toBe(200);
    expect(await running.ended).toMatchObject({ code: 4, err: expect.stringMatching(/restricted/) });
  });

  test('outlives a lost connection without losing or repeating an event', async () => {
    const running = world.start(['incident', 'watch', id]);
    await waitingFor(running, 'Declared P0');
    world.front.always = 'hang-up';
    world.front.cut();
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
    world.front.cut();
    await until(() => running.err().includes('trying again'), running.err, 10_000);
    await ack();
    world.front.always = undefined;
    expect((await running.ended).code).toBe(0);
  });

  test('outlives a server that takes no more requests for a moment', async () => {
    const running = wait('acknowledged');
    await until(() => world.front.seen.some(({ path }) => path.startsWith('/v1/stream')), running.err);
    world.front.queue.push(problem(429, 'too many requests'));
    world.front.cut();
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
