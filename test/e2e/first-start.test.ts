/** The first start of Muster with something wrong. */
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { configFor, freePort, Muster, removeFolder, Sink, until } from './muster';

jest.setTimeout(60_000);
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
async function failing(more: NodeJS.ProcessEnv, port?: number): Promise<string> {
  const muster = Muster.launch(folder, port ?? (await freePort()), more);
  running.push(muster);
  expect(await muster.exited(50_000)).toBe(1);
  return muster.output;
}

test('every error of the configuration is listed, with file, line and what was expected, and nothing is started', async () => {
  const config = join(folder, 'bad');
  await mkdir(config, { recursive: true });
  await writeFile(
    join(config, 'people.yaml'),
    'people:\n  ana: { name: Ana, reach: [pigeon] }\n  bob: { nmae: Bob }\n',
  );
  const output = await failing({ MUSTER_CONFIG: config });
  expect(output).toContain('people.yaml:3');
  expect(output).toContain('services.yaml');
  expect(output).toContain('calendar.yaml');
});

test('every error of the environment is listed', async () => {
  const output = await failing({ MUSTER_PORT: 'eighty', MUSTER_SECRET: 'short' });
  expect(output).toContain('MUSTER_PORT');
  expect(output).toContain('MUSTER_SECRET');
});

test('an address that others can reach is refused without authentication', async () => {
  expect(await failing({ MUSTER_HOST: '0.0.0.0' })).toContain('MUSTER_AUTHENTICATION=required');
});

test('a data folder or an address that cannot be used is named, in words', async () => {
  const occupied = join(folder, 'occupied');
  await writeFile(occupied, '');
  const ofFolder = await failing({ MUSTER_DATA: join(occupied, 'data') });
  expect(ofFolder).toContain(`the data folder ${join(occupied, 'data')} cannot be used`);
  const ofHost = await failing({ MUSTER_HOST: '192.0.2.1', MUSTER_AUTHENTICATION: 'required' });
  expect(ofHost).toContain('no address 192.0.2.1');
  for (const output of [ofFolder, ofHost]) expect(output).not.toMatch(/^ {4}at /m);
});

test('a port that is taken is named', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const output = await failing({}, port);
  await new Promise((resolve) => other.close(resolve));
  expect(output).toContain(`${port}`);
  expect(output).toContain('MUSTER_PORT');
});

test('told to stop while it still comes up, it stops at once and leaves nothing behind', async () => {
  // A binary that never reports its version stands for any long wait of a start, such as a
  // download.
  const slow = join(folder, 'slow-temporal');
  await writeFile(slow, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
  const muster = Muster.launch(folder, await freePort(), { MUSTER_TEMPORAL_BIN: slow });
  running.push(muster);
  const answering = () =>
    fetch(`${muster.url}/readyz`).then(
      () => true,
      () => false,
    );
  expect(await until(answering, 40_000)).toBe(true);
  const told = performance.now();
  muster.tell('SIGTERM');
  expect(await muster.exited(30_000)).toBe(0);
  expect(performance.now() - told).toBeLessThan(8_000);
  expect(await until(() => Promise.resolve(!muster.alive()), 2_000)).toBe(true);
  expect(muster.output).not.toContain('download');
});
