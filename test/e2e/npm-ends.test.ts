/**
 * `npm start` and `npm test` are several processes: however npm ends, all of them end, in order,
 * and nothing is lost.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

/** The command lines of the processes in the group of `leader`. */
function groupOf(leader: number): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // After the name, in parentheses: state, parent, group. A zombie has ended.
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(group) === leader && state !== 'Z' ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
    } catch {
      return []; // no process, or one that has just ended
    }
  });
}

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux.each(['SIGTERM', 'SIGKILL'] as const)('%s to npm ends a run of npm test too', async (signal) => {
  const env = { ...process.env, npm_config_update_notifier: 'false' };
  // All of test/domain takes longer than the patience of this test.
  const npm = spawn('npm', ['test', '--', 'test/domain'], {
    cwd: join(__dirname, '..', '..'),
    env,
    stdio: 'ignore',
    detached: true,
  });
  const hasJest = () => groupOf(npm.pid!).some((command) => command.includes('jest.js'));
  try {
    await until(() => Promise.resolve(hasJest()), 30_000);
    expect(hasJest()).toBe(true);
    npm.kill(signal);
    await until(() => Promise.resolve(groupOf(npm.pid!).length === 0), 15_000);
    expect(groupOf(npm.pid!)).toEqual([]);
  } finally {
    if (groupOf(npm.pid!).length > 0) process.kill(-npm.pid!, 'SIGKILL');
  }
});
