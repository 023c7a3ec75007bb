import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/embedded/dev-server';
import { temporalBinary } from '../support/env';

jest.setTimeout(120_000);

let folder: string;
let dataDir: string;
const running: EmbeddedServer[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-failing-'));
  dataDir = join(folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

/**
 * The output of a Temporal server that could not get one of its own ports: the cause first, then a
 * long stack.
 */
const panic = [
  'level=ERROR msg="Failed to start gRPC listener" error="listen tcp 127.0.0.1:43210: bind: address already in use"',
  'panic: runtime error: invalid memory address or nil pointer dereference',
  ...Array.from({ length: 40 }, (_, frame) => `goroutine frame ${frame}`),
].join('\n');

/**
 * A stand-in for the Temporal CLI that panics the first `times` times and then runs the real CLI. A
 * panic leaves half a database and prints the number of the attempt.
 */
function panicking(times: number): string {
  const path = join(folder, 'temporal');
  const attempts = join(folder, 'attempts');
  writeFileSync(join(folder, 'panic'), panic);
  writeFileSync(
    path,
    `#!/bin/sh
echo x >> '${attempts}'
attempt=$(wc -l < '${attempts}')
[ $attempt -gt ${times} ] && exec '${temporalBinary()}' "$@"
echo "this is attempt" $attempt >&2
cat '${join(folder, 'panic')}' >&2
echo 'half a database' > '${join(dataDir, 'temporal.db')}'
exit 2
`,
  );
  chmodSync(path, 0o755);
  return path;
}
const attempts = (): number => readFileSync(join(folder, 'attempts'), 'utf8').trim().split('\n').length;

test('a server that ends before it answers is started again, three times, whatever it said', async () => {
  const log: string[] = [];
  const server = await startEmbeddedServer({ binary: panicking(3), dataDir, log: (line) => log.push(line) });
  running.push(server);
  expect(attempts()).toBe(4);
  expect(log).toEqual(
    [2, 3, 4].map(
      (attempt) =>
        `the embedded Temporal server did not start: it ended with exit code 2; trying again (attempt ${attempt} of 4)`,
    ),
  );
});

test('one that ends each time is given up with the first lines of every attempt, and gives the folder free', async () => {
  const failure: unknown = await startEmbeddedServer({ binary: panicking(9), dataDir }).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(Error);
  const { message } = failure as Error;
  expect(attempts()).toBe(4);
  expect(message).toContain('did not start: it ended with exit code 2');
  for (const attempt of [1, 2, 3, 4]) expect(message).toContain(`this is attempt ${attempt}`);
  expect(message.split('bind: address already in use')).toHaveLength(5);
  expect(message).not.toContain('goroutine frame 39');
  // The log named in the message holds the output of every attempt.
  const log = readFileSync(join(dataDir, 'temporal.log'), 'utf8');
  for (const attempt of [1, 2, 3, 4]) expect(log).toContain(`this is attempt ${attempt}`);
  expect(existsSync(join(dataDir, 'muster.lock'))).toBe(false);
  expect(existsSync(join(dataDir, 'temporal.json'))).toBe(false);
});

test('a start that is no longer wanted starts no other server', async () => {
  const ending = new AbortController();
  const told = new Error('told to stop');
  // The same order as with Ctrl-C: the server ends first, and the start is told to stop a moment
  // later.
  const path = panicking(9);
  const start = startEmbeddedServer({ binary: path, dataDir, signal: ending.signal });
  const poll = setInterval(() => {
    if (!existsSync(join(folder, 'attempts'))) return;
    clearInterval(poll);
    ending.abort(told);
  }, 5);
  await expect(start).rejects.toBe(told);
  clearInterval(poll);
  expect(attempts()).toBe(1);
  expect(existsSync(join(dataDir, 'muster.lock'))).toBe(false);
});

test('a database that was there before is kept, whatever happens to the server', async () => {
  const database = join(dataDir, 'temporal.db');
  writeFileSync(database, 'all incidents');
  const path = join(folder, 'temporal');
  writeFileSync(path, '#!/bin/sh\nexit 2\n', { mode: 0o755 });
  await expect(startEmbeddedServer({ binary: path, dataDir })).rejects.toThrow('exit code 2');
  expect(readFileSync(database, 'utf8')).toBe('all incidents');
});

test('the server gets the variables that it needs, and no secret', async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    MUSTER_SECRET: 'a secret of Muster',
    MUSTER_PAYLOAD_KEYS: 'k1:a secret key',
    OPS_SECRET: 'a secret of a channel',
    TEMPORAL_API_KEY: 'a secret of a cluster',
    NODE_OPTIONS: '',
  });
  try {
    const path = join(folder, 'temporal');
    const seen = join(folder, 'environment');
    writeFileSync(path, `#!/bin/sh\nenv > '${seen}'\nexec '${temporalBinary()}' "$@"\n`, { mode: 0o755 });
    running.push(await startEmbeddedServer({ binary: path, dataDir }));
    const given = readFileSync(seen, 'utf8');
    expect(given).toContain(`PATH=${process.env.PATH}`);
    expect(given).not.toContain('secret');
    // PWD and similar variables come from the shell.
    const names = given.match(/^\w+(?==)/gm)!.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name));
    expect(names).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(MUSTER|TEMPORAL|TEST|JEST|NODE|npm)_/)]),
    );
  } finally {
    for (const name of ['MUSTER_SECRET', 'OPS_SECRET', 'TEMPORAL_API_KEY', 'NODE_OPTIONS'])
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
  }
});
