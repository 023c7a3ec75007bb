/** Real seconds and a real power cut: every promise from before the cut is kept after it. */
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { present } from '../support/clock';
import { configFor, freePort, Muster, removeFolder, Sink, until } from './muster';

jest.setTimeout(100_000);
let sink: Sink;
let folder: string;
const running: Muster[] = [];
beforeAll(async () => {
  sink = await Sink.open();
  folder = await configFor(sink, '2s');
});
afterAll(async () => {
  for (const muster of running) await muster.end();
  await sink.close();
  await removeFolder(folder);
});
const start = async (port: number) => {
  const muster = Muster.launch(folder, port);
  running.push(muster);
  await muster.ready();
  return muster;
};

test('an incident survives kill -9: what came due meanwhile goes out once, together, and the ladder goes on until somebody answers', async () => {
  const port = await freePort();
  const first = await start(port);
  expect(first.output).toContain(`http://127.0.0.1:${port}`);
  // The command that the output suggests works in another folder.
  const [, command = ''] = /^ {2}alias muster=(.+)$/m.exec(first.output) ?? [];
  expect(execFileSync(command, ['--version'], { cwd: tmpdir(), encoding: 'utf8' })).toMatch(/^muster \d/);

  // A second start on the same port is told who holds the folder.
  const second = Muster.launch(folder, port);
  running.push(second);
  expect(await second.exited(40_000)).toBe(1);
  expect(second.output).toContain(`http://127.0.0.1:${port}`);

  const declared = await first.post('/v1/incidents', {
    title: 'Checkout is down',
    severity: 'P0',
    services: ['payments'],
  });
  expect(declared.status).toBe(201);
  const id = declared.body['id'] as string;
  const declaredAt = Date.parse(declared.body['declaredAt'] as string);
  const pagesFor = (deadline: string) =>
    sink.pages.filter(
      ({ process, kind, deadlines }) => process.id === id && kind === 'page' && deadlines[0]?.id === deadline,
    );
  expect(
    await until(() => Promise.resolve(pagesFor('response').some(({ recipient }) => recipient === 'fatima')), 15_000),
  ).toBe(true);
  await first.kill9();
  const before = sink.pages.length;
  // Rungs at 1.2, 2 and 4 s pass while Muster is down.
  await wait(Math.max(0, declaredAt + 4_500 - present()));
  expect(sink.pages.length - before).toBeLessThanOrEqual(6);

  const again = await start(port);
  const backAt = present();
  // Just after a restart the worker may still be busy with the missed rungs; then 503 with
  // Retry-After is a correct answer.
  let view = await again.get(`/v1/incidents/${id}`);
  await until(async () => {
    if (view.status !== 200) view = await again.get(`/v1/incidents/${id}`);
    return view.status === 200;
  }, 15_000);
  expect(view.status).toBe(200);
  expect(view.body).toMatchObject({ status: 'investigating', declaredAt: new Date(declaredAt).toISOString() });
  expect(
    await until(
      () => Promise.resolve(new Set(pagesFor('response').map(({ recipient }) => recipient)).size >= 6),
      20_000,
    ),
  ).toBe(true);

  // Each rung once for each person, never early, and missed rungs are named as late. A page that
  // was on the wire when Muster was killed comes again, under its key.
  const received = pagesFor('response');
  const pages = received.filter(({ key }, index) => received.findIndex((page) => page.key === key) === index);
  const onTheWire = sink.pages.slice(0, before).map(({ key }) => key);
  expect(received.filter((page) => !pages.includes(page) && !onTheWire.includes(page.key))).toEqual([]);
  for (const page of pages) expect(page.arrivedAt).toBeGreaterThanOrEqual(Date.parse(page.nominalAt));
  const caughtUp = pages.filter(({ late }) => late > 1_000);
  expect(caughtUp.map(({ recipient }) => recipient).sort()).toEqual(
    [...new Set(caughtUp.map(({ recipient }) => recipient))].sort(),
  );
  expect(caughtUp.length).toBeGreaterThanOrEqual(1);
  expect(Math.min(...caughtUp.map(({ arrivedAt }) => arrivedAt)) - backAt).toBeLessThan(20_000);
  expect(sink.refused).toEqual([]);

  const response = (
    (await again.get(`/v1/incidents/${id}`)).body['deadlines'] as { id: string; missedAt?: string }[]
  ).find((deadline) => deadline.id === 'response')!;
  expect(Date.parse(response.missedAt!)).toBe(declaredAt + 2_000);

  // The one-tap link of a page: a GET changes nothing; the button acknowledges as the person who
  // was paged.
  const { ackUrl, recipient } = pages.at(-1)!;
  expect((await fetch(ackUrl!)).status).toBe(200);
  expect((await again.get(`/v1/incidents/${id}`)).body['acknowledgedBy']).toBeUndefined();
  expect((await fetch(ackUrl!, { method: 'POST' })).status).toBe(200);
  const { body: acknowledged } = await again.get(`/v1/incidents/${id}`);
  expect(acknowledged['acknowledgedBy']).toBe(recipient);
  await wait(3_500);
  // A page that was on its way may still arrive. No page for a rung after the acknowledgement may.
  const acknowledgedAt = Date.parse(acknowledged['acknowledgedAt'] as string);
  expect(pagesFor('response').filter(({ nominalAt }) => Date.parse(nominalAt) > acknowledgedAt)).toEqual([]);

  // After a request to stop, Muster and all its processes end.
  expect(await again.stop()).toBe(0);
  expect(await until(() => Promise.resolve(!again.alive()), 5_000)).toBe(true);
});
