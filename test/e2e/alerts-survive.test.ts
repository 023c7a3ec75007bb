/**
 * A power cut while alerts come in: what was answered with 202 leads to an incident, once, and what
 * senders send again because they heard nothing makes no second one.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { within } from '../../src/time-limit';
import { configFor, freePort, Muster, removeFolder, Sink, until } from './muster';

jest.setTimeout(150_000);
let sink: Sink;
let folder: string;
const running: Muster[] = [];
beforeAll(async () => {
  sink = await Sink.open();
  folder = await configFor(sink, '20m');
  // A group for each key, so that each alert has an incident of its own.
  const alerts = `sources: { am: { preset: generic, severity: P2 } }\nrules: [{ service: payments, group: key }]\n`;
  await writeFile(join(folder, 'config', 'alerts.yaml'), alerts);
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

const keys = 40;
const times = 5;

test('200 alerts over 40 keys while Muster is killed and started again: none is lost, none is doubled', async () => {
  const port = await freePort();
  const first = await start(port);
  let taken = 0;
  let repeated = 0;
  /** As a sender does: the same again, until it hears 2xx. */
  const send = async (key: string): Promise<void> => {
    const body = JSON.stringify({ key, state: 'firing', title: `${key} is high`, labels: { key } });
    for (;;) {
      const post = (signal: AbortSignal) =>
        fetch(`http://127.0.0.1:${port}/v1/alerts/am`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
          signal,
        });
      const answer = await within(5_000, [], post).catch(() => undefined);
      if (answer?.ok) break;
      repeated += 1;
      await wait(200);
    }
    taken += 1;
  };
  const sender = async (from: number) => {
    for (let round = 0; round < times; round += 1)
      for (let index = from; index < keys; index += 4) {
        await send(`k${index}`);
        await wait(20);
      }
  };
  const sending = Promise.all([0, 1, 2, 3].map(sender));
  await until(() => Promise.resolve(taken >= 60), 30_000);
  await first.kill9();
  expect(taken).toBeLessThan(keys * times);
  const again = await start(port);
  await sending;
  expect(taken).toBe(keys * times);
  expect(repeated).toBeGreaterThan(0);

  const titles = async (): Promise<string[]> => {
    const { body } = await again.get('/v1/incidents?limit=100');
    return ((body['items'] ?? []) as { title: string }[]).map(({ title }) => title);
  };
  await until(async () => new Set(await titles()).size >= keys, 30_000);
  // A second incident would come later than the first.
  await wait(2_000);
  const expected = Array.from({ length: keys }, (_, index) => `k${index} is high`);
  expect((await titles()).sort()).toEqual(expected.sort());
  expect(await again.stop()).toBe(0);
});
