/**
 * `npm start` is several processes: however npm ends, all of them end, in order, and nothing is
 * lost.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOf } from '../../src/embedded/process-identity';
import { configFor, freePort, Muster, removeFolder, Sink, until } from './muster';

jest.setTimeout(100_000);
let sink: Sink;
let folder: string;
const running: Muster[] = [];
beforeAll(async () => {
  sink = await Sink.open();
  folder = await configFor(sink, '30m');
});
afterAll(async () => {
  for (const muster of running) await muster.end();
  await sink.close();
  await removeFolder(folder);
});

const file = (name: string): string => join(folder, 'data', name);
const pidIn = async (name: string): Promise<number> =>
  (JSON.parse(await readFile(file(name), 'utf8')) as { pid: number }).pid;

const declared: string[] = [];
test.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
  '%s to npm ends Muster and Temporal too, in order, and the next start finds every incident',
  async (signal) => {
    const muster = Muster.launch(folder, await freePort(), { npm_config_update_notifier: 'false' }, ['npm', 'start']);
    running.push(muster);
    await muster.ready();
    expect(muster.output).not.toContain('took over');
    for (const id of declared) expect((await muster.get(`/v1/incidents/${id}`)).body).toMatchObject({ id });
    const { body } = await muster.post('/v1/incidents', { title: `Before ${signal}`, severity: 'P2' });
    declared.push(body['id'] as string);
    const pids = [await pidIn('muster.lock'), await pidIn('temporal.json')];
    const alive = () => pids.filter((pid) => identityOf(pid) !== undefined);
    expect(alive()).toEqual(pids);

    // A closed terminal sends this signal and stops reading.
    if (signal === 'SIGHUP') muster.hangUp();
    muster.tell(signal);
    await until(() => Promise.resolve(alive().length === 0), 30_000);
    expect(alive()).toEqual([]);
    // In order: each file is removed when its owner has ended, and no part lost Temporal too early.
    expect(['muster.lock', 'temporal.json'].filter((name) => existsSync(file(name)))).toEqual([]);
    if (signal !== 'SIGHUP') expect(muster.output).toContain('npm, which started Muster, has ended.\nStopping ...');
    expect(muster.output).not.toContain('Muster stops;');
  },
);
