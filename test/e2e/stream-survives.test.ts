/**
 * Whoever watches an incident outlives the server: killed and back on the same data, it goes on
 * after the last event that came. Real processes, real sockets.
 */
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen, type Listening } from '../support/events';
import { freePort, Muster, removeFolder } from './muster';

jest.setTimeout(120_000);

let folder: string;
const running: Muster[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-stream-'));
  await cp(join(__dirname, '..', '..', 'config'), join(folder, 'config'), { recursive: true });
});
afterAll(async () => {
  for (const muster of running) await muster.end();
  await removeFolder(folder);
});

async function start(port: number): Promise<Muster> {
  const muster = Muster.launch(folder, port);
  running.push(muster);
  await muster.ready();
  return muster;
}

const seqsIn = ({ got }: Listening): number[] =>
  got
    .filter(({ event }) => event === 'process')
    .flatMap(({ data }) => (data as { entries: { seq: number }[] }).entries.map(({ seq }) => seq));

test('a server that is killed and comes back tells each entry exactly once', async () => {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const first = await start(port);
  const outage = { title: 'Checkout is down', severity: 'P3', services: ['payments'] };
  const id = String((await first.post('/v1/incidents', outage)).body['id']);
  const say = (muster: Muster, text: string) => muster.post(`/v1/incidents/${id}/comment`, { text });
  const before = await listen(`${base}/v1/stream?process=${id}&lastEventId=0.0`);
  await before.next('process');
  await say(first, 'before');
  const { id: last } = await before.next('process');
  await first.kill9();
  await before.ended;

  const second = await start(port);
  await say(second, 'while nobody listened');
  const after = await listen(`${base}/v1/stream?process=${id}`, { 'last-event-id': before.got.at(-1)?.id ?? last! });
  await after.next('process');
  await say(second, 'after');
  for (let heard = ''; !heard.includes('"after"');) heard = JSON.stringify((await after.next('process')).data);
  // A stream holds no stop up.
  const began = performance.now();
  expect(await second.stop()).toBe(0);
  await after.ended;
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(after.got.map(({ event }) => event)).not.toContain('over');

  const seqs = [...seqsIn(before), ...seqsIn(after)];
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => index + 1));
});
