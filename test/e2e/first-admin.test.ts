/**
 * From a start that nobody may use to a team that signs in: the code in the log, the first admin, a
 * one-time secret for a person, a token of a program, a revocation, and a restart in between.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { configFor, freePort, Muster, removeFolder, Sink, until } from './muster';

jest.setTimeout(180_000);
let sink: Sink;
let folder: string;
const running: Muster[] = [];
beforeAll(async () => {
  sink = await Sink.open();
  folder = await configFor(sink, '10m');
});
afterAll(async () => {
  for (const muster of running) await muster.end();
  await sink.close();
  await removeFolder(folder);
});

async function start(port: number): Promise<Muster> {
  const muster = Muster.launch(folder, port, { MUSTER_AUTHENTICATION: 'required' });
  running.push(muster);
  await muster.ready();
  return muster;
}

/** The command line of somebody on a machine of their own. */
function commandLine(person: string, url: string) {
  return (
    words: string,
    { pasted = '', token = '' } = {},
  ): Promise<{ code: number | null; out: string; err: string }> =>
    new Promise((resolve) => {
      const env = {
        PATH: process.env['PATH'],
        XDG_CONFIG_HOME: join(folder, person),
        MUSTER_URL: url,
        ...(token === '' ? {} : { MUSTER_TOKEN: token }),
      };
      const child = spawn(process.execPath, [join(__dirname, '../../bin/muster.js'), ...words.split(' ')], { env });
      let [out, err] = ['', ''];
      child.stdout.on('data', (text) => (out += String(text)));
      child.stderr.on('data', (text) => (err += String(text)));
      child.on('close', (code) => resolve({ code, out: out.trim(), err: err.trim() }));
      child.stdin.end(pasted);
    });
}

test('a team gets in by copying what the log and the command line say', async () => {
  const port = await freePort();
  const first = await start(port);
  const code = () => /^ {2}([A-Z]{4}(?:-[A-Z]{4}){4})$/m.exec(first.output)?.[1];
  await until(async () => code() !== undefined, 30_000);
  const emeka = commandLine('emeka', first.url);
  const fatima = commandLine('fatima', first.url);
  expect((await emeka('incident list')).code).toBe(4);
  expect(await emeka('login --as emeka --name laptop', { pasted: code()! })).toMatchObject({ code: 0 });
  expect((await emeka('whoami')).out).toContain('roles: admin');

  const link = await emeka('token link fatima');
  expect(await fatima('login --name desk', { pasted: link.out })).toMatchObject({ code: 0 });
  expect((await fatima('whoami -o name')).out).toBe('fatima');
  const ci = await emeka('token create deploys --ci --may comment --service payments');
  const declared = await emeka('incident declare Checkout P0 --service payments -o name');
  expect(await fatima(`incident comment ${declared.out} x`, { token: ci.out })).toMatchObject({ code: 0 });

  await first.stop();
  const second = await start(port);
  expect((await fatima('whoami -o name')).out).toBe('fatima');
  expect(second.output).not.toContain('Nobody is an admin');
  expect(await emeka('token revoke --all-of fatima')).toMatchObject({ code: 0 });
  const over = await fatima('whoami');
  expect([over.code, over.err]).toEqual([4, expect.stringContaining('was revoked')]);
  const timeline = await emeka(`incident timeline ${declared.out} -o json`);
  const { items } = JSON.parse(timeline.out) as { readonly items: readonly object[] };
  const byVia: unknown = expect.stringMatching(/^token mus_ci_/);
  expect(items).toContainEqual(expect.objectContaining({ type: 'commented', by: 'ci.deploys', byVia }));
});
