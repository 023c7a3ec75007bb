/**
 * What a role of a cluster writes to standard error is JSON, one object a line: a collector reads
 * it.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, temporalRuntime } from '../../src/app/log';

jest.setTimeout(60_000);
const root = join(__dirname, '..', '..');

/** Runs a role until it ends by itself; answers its lines on standard error. */
function refusedStart(role: string, env: Record<string, string>): Promise<{ code: number; lines: string[] }> {
  const scratch = mkdtempSync(join(tmpdir(), 'muster-role-'));
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(MUSTER|TEMPORAL)_/.test(name)),
  );
  return new Promise((resolve) => {
    const given = { ...inherited, MUSTER_DATA: scratch, MUSTER_PORT: '0', MUSTER_HEALTH_PORT: '0', ...env };
    const options = { cwd: root, env: given, encoding: 'utf8' } as const;
    execFile(process.execPath, ['--import', 'tsx', 'src/main.ts', role], options, (error, _, stderr) => {
      rmSync(scratch, { recursive: true, force: true });
      resolve({ code: Number(error?.code ?? 0), lines: stderr.trim().split('\n') });
    });
  });
}

test.each(['api', 'worker'])('a refused start of the %s is one line of JSON that says what is wrong', async (role) => {
  const { code, lines } = await refusedStart(role, {
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nowhere/ca.pem',
  });
  expect([code, lines.length]).toEqual([1, 1]);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 60,
    msg: 'Muster was not started: TEMPORAL_TLS_SERVER_CA_CERT_PATH is /nowhere/ca.pem: there is no such file',
  });
});

test('the core of the SDK writes through the log, not by itself to the terminal', () => {
  const { logger, telemetryOptions } = temporalRuntime(createLog('info').pino);
  expect(logger).toBeDefined();
  expect(telemetryOptions?.logging).toMatchObject({ forward: {} });
});
