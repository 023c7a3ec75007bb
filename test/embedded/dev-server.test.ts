import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import { DataLockedError } from '../../src/embedded/data-lock';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/embedded/dev-server';
import {
  raiseRetention,
  registerSearchAttributes,
  retentionMs,
  SearchAttributeTypeError,
} from '../../src/embedded/namespace';
import { identityOf } from '../../src/embedded/process-identity';
import { temporalBinary } from '../support/env';

jest.setTimeout(120_000);

let dataDir: string;
const running: EmbeddedServer[] = [];
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'muster-server-'))));
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(log?: (line: string) => void): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ binary: temporalBinary(), dataDir, ...(log ? { log } : {}) });
  running.push(server);
  return server;
}

async function connected<T>(address: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

const startWorkflow = (address: string, workflowId: string) =>
  connected(address, (connection) =>
    new Client({ connection }).workflow.start('incident', { workflowId, taskQueue: 'nobody' }),
  );
const isRunning = (address: string, workflowId: string) =>
  connected(address, async (connection) => {
    const { status } = await new Client({ connection }).workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING';
  });

test('a started server is prepared, refuses a second start, and keeps its data over a restart', async () => {
  const server = await start();
  await connected(server.address, async (connection) => {
    const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    expect(optionalTsToMs(config?.workflowExecutionRetentionTtl)).toBe(retentionMs);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    expect(customAttributes).toMatchObject({
      MusterStatus: 2,
      MusterSeverity: 2,
      MusterServices: 7,
      MusterNextDueAt: 6,
      MusterMissed: 5,
      MusterDrill: 5,
      MusterActionOwners: 7,
      MusterActionDueAt: 6,
    });
  });
  await expect(startEmbeddedServer({ binary: temporalBinary(), dataDir })).rejects.toBeInstanceOf(DataLockedError);
  await startWorkflow(server.address, 'kept');

  await server.stop();
  expect(identityOf(server.pid)).toBeUndefined();
  expect(existsSync(join(dataDir, 'muster.lock'))).toBe(false);
  expect(existsSync(join(dataDir, 'temporal.json'))).toBe(false);
  const again = await start();
  expect(await isRunning(again.address, 'kept')).toBe(true);
});

test('after kill -9 the next start takes over: the orphan is ended, nothing is lost', async () => {
  const holder = spawn(process.execPath, [join(__dirname, 'holder.js'), temporalBinary(), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(holder.stdout, 'data')) as [Buffer];
  const orphan = JSON.parse(line.toString()) as { address: string; pid: number };
  await startWorkflow(orphan.address, 'survivor');
  const ended = once(holder, 'exit');
  holder.kill('SIGKILL');
  await ended;
  expect(identityOf(orphan.pid)).toBeDefined();

  const log: string[] = [];
  const server = await start((text) => log.push(text));
  expect(identityOf(orphan.pid)).toBeUndefined();
  expect(log).toContain(`took over from a Temporal server (process ${orphan.pid}) that had outlived its Muster`);
  expect(server.pid).not.toBe(orphan.pid);
  expect(await isRunning(server.address, 'survivor')).toBe(true);
});

test('a search attribute of another type is noticed, although the server accepts it', async () => {
  const { address } = await start();
  await connected(address, async (connection) => {
    const namespace = 'other';
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: { MusterSeverity: 1 } });
    await expect(registerSearchAttributes(connection, namespace)).rejects.toThrow(
      new SearchAttributeTypeError(
        'namespace other has search attributes that do not fit: MusterSeverity is TEXT, needed is KEYWORD. Remove them there or use another namespace.',
      ),
    );
    await raiseRetention(connection, 'default');
    await registerSearchAttributes(connection, 'default');
  });
});

test('a binary that is no server fails with what it said, and gives the folder free', async () => {
  await expect(startEmbeddedServer({ binary: process.execPath, dataDir })).rejects.toThrow(
    /did not start: it ended with exit code 1[\s\S]*Cannot find module/,
  );
  expect(existsSync(join(dataDir, 'muster.lock'))).toBe(false);
});

test('a server that ends by itself says so', async () => {
  const server = await start();
  process.kill(server.pid, 'SIGKILL');
  expect(await server.exited).toBe('SIGKILL');
  expect(readFileSync(join(dataDir, 'muster.lock'), 'utf8')).toContain(`"pid": ${process.pid}`);
});
