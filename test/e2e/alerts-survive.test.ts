/**
 * 1,000 alerts come in while the embedded Temporal server, Muster, and both at once are killed:
 * what was answered with 202 leads to an incident and one page, and what senders send again because
 * they heard nothing makes no second one.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AlertSenders, alertsByKey } from '../support/alert-senders';
import { configFor, freePort, Muster, removeFolder, Sink, until } from './muster';

jest.setTimeout(300_000);
let sink: Sink;
let folder: string;
const running: Muster[] = [];
beforeAll(async () => {
  sink = await Sink.open();
  folder = await configFor(sink, '20m');
  await writeFile(join(folder, 'config', 'alerts.yaml'), alertsByKey);
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
/** kill -9 of the process that a file of the data folder names. */
async function kill9(record: 'muster.lock' | 'temporal.json', muster: Muster): Promise<void> {
  const { pid } = JSON.parse(await readFile(join(folder, 'data', record), 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
  // Without its server Muster ends, and is started again by whoever looks after it.
  await muster.exited(60_000);
}
/** One after the other, while the alerts come in. */
const deaths = [
  (muster: Muster) => kill9('temporal.json', muster),
  (muster: Muster) => kill9('muster.lock', muster),
  (muster: Muster) => muster.kill9(),
];

test('1,000 alerts over 50 keys while Temporal, Muster, and both are killed and started again: none is lost, none is doubled', async () => {
  const port = await freePort();
  let muster = await start(port);
  const senders = new AlertSenders([muster.url], 50, 20);
  const sending = senders.sendAll();
  const get = (path: string) => muster.get(path);
  const paged = async () => (await senders.unpaged(get, sink.pages)).length === 0;
  for (const [index, death] of deaths.entries()) {
    expect(await senders.half(index + 1, deaths.length)).toBe(true);
    await death(muster);
    muster = await start(port);
  }
  // An incident that does not answer after a death is given up after a minute, and another begins.
  await until(paged, 120_000);
  expect(await senders.whyUnpaged(get, sink.pages)).toEqual([]);
  senders.letAll();
  await sending;
  expect(senders.taken).toBe(senders.total);
  expect(senders.repeated).toBeGreaterThan(0);
  expect(senders.odd).toEqual([]);

  const faults = () => senders.faults(get, sink.pages);
  await until(async () => (await faults()).length === 0, 60_000);
  // A second incident or page would come later than the first.
  await wait(2_000);
  expect(await faults()).toEqual([]);
  expect(sink.refused).toEqual([]);
  expect(await muster.stop()).toBe(0);
});
