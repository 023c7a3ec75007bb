/** R16: who acts: said, remembered, or asked at a terminal; and commands to copy are complete. */
import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Keys } from '../../src/cli/terminal/io';
import { openWorld, until, type Running, type World } from './muster';

let world: World;
let folder: string;
let env: Record<string, string>;
let id: string;
beforeEach(async () => {
  world = await openWorld();
  folder = mkdtempSync(join(tmpdir(), 'muster-who-'));
  env = { XDG_CONFIG_HOME: folder };
  id = await world.declared();
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const memory = () => join(folder, 'muster', 'person');
const actors = () =>
  world.front.seen.filter(({ method }) => method === 'POST').map(({ headers }) => headers['muster-actor']);

describe('whoami', () => {
  test('--set remembers for all later commands, in a file that only the user reads', async () => {
    const set = await world.muster('whoami --set fatima', { env });
    expect([set.code, set.err]).toEqual([0, `${memory()} remembers fatima\n`]);
    expect([readFileSync(memory(), 'utf8'), statSync(memory()).mode & 0o777]).toEqual(['fatima\n', 0o600]);
    await world.muster(`ack ${id}`, { env });
    expect(actors()).toEqual(['fatima']);
    expect((await world.muster('whoami', { env })).out).toBe(`fatima   (remembered in ${memory()})\n`);
  });

  test('a file that others may read becomes private when it is set anew', async () => {
    mkdirSync(join(folder, 'muster'));
    writeFileSync(memory(), 'ana\n', { mode: 0o644 });
    await world.muster('whoami --set fatima', { env });
    expect(statSync(memory()).mode & 0o777).toBe(0o600);
  });

  test('--as comes first, then MUSTER_ACTOR, then the memory', async () => {
    await world.muster('whoami --set fatima', { env });
    const both = { env: { ...env, MUSTER_ACTOR: 'hana' } };
    expect((await world.muster('whoami -o name', both)).out).toBe('hana\n');
    expect((await world.muster('whoami -o name --as omar', both)).out).toBe('omar\n');
    expect(JSON.parse((await world.muster('whoami -o json', { env })).out)).toEqual({
      person: 'fatima',
      from: 'remembered',
    });
  });

  test('--forget forgets; then nobody is known', async () => {
    await world.muster('whoami --set fatima', { env });
    expect((await world.muster('whoami --forget', { env })).err).toBe('nobody is remembered any more\n');
    expect(existsSync(memory())).toBe(false);
    expect((await world.muster('whoami --forget', { env })).err).toBe('nobody was remembered\n');
    const { code, out } = await world.muster('whoami', { env });
    expect([code, out]).toEqual([1, '']);
  });

  test('a name that nobody knows is refused with the nearest, and nothing is remembered', async () => {
    const { code, err } = await world.muster('whoami --set fatma', { env });
    expect([code, err]).toEqual([2, expect.stringContaining('did you mean fatima?')]);
    expect(existsSync(memory())).toBe(false);
    expect((await world.muster(['whoami', '--set', 'a b'], { env })).code).toBe(2);
    expect((await world.muster('whoami --set fatima --forget', { env })).code).toBe(2);
  });

  test('without a server a name is remembered unchecked, and that is said', async () => {
    const { code, err } = await world.muster('whoami --set fatima --server http://127.0.0.1:1', { env });
    expect([code, err]).toEqual([0, expect.stringMatching(/not checked whether fatima is known: nothing listens/)]);
  });

  test('HOME has the folder where XDG_CONFIG_HOME is not set; without both it says so', async () => {
    await world.muster('whoami --set fatima', { env: { HOME: folder } });
    expect(readFileSync(join(folder, '.config', 'muster', 'person'), 'utf8')).toBe('fatima\n');
    expect((await world.muster('whoami --set fatima')).err).toContain('neither XDG_CONFIG_HOME nor HOME is set');
  });
});

class Keyboard extends EventEmitter implements Keys {
  readonly isTTY = true;
  paused = false;
  setEncoding(): void {}
  resume(): void {
    this.paused = false;
  }
  pause(): void {
    this.paused = true;
  }
}

describe('at a terminal where nobody has said who acts', () => {
  let keys: Keyboard;
  beforeEach(() => (keys = new Keyboard()));
  const start = (words: string, more: object = {}): Running =>
    world.start(words.split(' '), { env, terminal: 100, stdin: keys, ...more });
  const answer = async (running: Running, question: string, line: string) => {
    await until(() => running.err().includes(question) && keys.listenerCount('data') > 0, running.err);
    keys.emit('data', `${line}\n`);
  };

  test('a command asks, offers the nearest name, and remembers when told to', async () => {
    const running = start(`ack ${id}`);
    await answer(running, 'Who are you?', 'fatma');
    await until(() => running.err().includes('did you mean fatima?'), running.err);
    await answer(running, 'did you mean', 'fatima');
    await answer(running, 'Remember fatima', 'y');
    const { code } = await running.ended;
    expect([code, actors(), readFileSync(memory(), 'utf8')]).toEqual([0, ['fatima'], 'fatima\n']);
    expect(keys.paused).toBe(true);
    const again = await world.muster(['incident', 'comment', id, 'x'], { env, terminal: 100, stdin: keys });
    expect([again.code, actors()]).toEqual([0, ['fatima', 'fatima']]);
  });

  test('is asked once for several ids, and remembers nothing by itself', async () => {
    const other = await world.declared();
    const running = start(`ack ${id} ${other}`);
    await answer(running, 'Who are you?', 'fatima');
    await answer(running, 'Remember', '');
    expect((await running.ended).code).toBe(0);
    expect([actors(), existsSync(memory())]).toEqual([['fatima', 'fatima'], false]);
  });

  test('Enter names nobody, as before', async () => {
    const running = start(`incident comment ${id} x`);
    await answer(running, 'Who are you?', '');
    expect([(await running.ended).code, actors()]).toEqual([0, [undefined]]);
  });

  test('whoever was named so reads as that person too: what is restricted is seen', async () => {
    const restricted = await world.declared({ restrictedTo: ['cto'] });
    const running = start('ack --mine -o name');
    await answer(running, 'Who are you?', 'fatima');
    await answer(running, 'Remember', '');
    expect((await running.ended).out.trim().split('\n').sort()).toEqual([id, restricted]);
  });

  test('--mine asks too, and Ctrl-C ends the run without a command', async () => {
    const running = start('ack --mine');
    await until(() => running.err().includes('Who are you?'), running.err);
    running.interrupt();
    expect([(await running.ended).code, actors()]).toEqual([130, []]);
  });

  test('reading asks nothing; nor does a command in a pipe, or with the name said', async () => {
    expect((await start(`show ${id}`).ended).err).toBe('');
    expect((await world.muster(`incident comment ${id} x`, { env, stdin: keys })).err).toBe('');
    expect((await start(`incident comment ${id} x --as hana`).ended).err).toBe('');
    expect(actors()).toEqual([undefined, 'hana']);
  });
});

test('a command to copy has the flags that this run needed', async () => {
  const declare = ['incident', 'declare', 'Down', 'P0'];
  const said = await world.muster([...declare, '--as', 'fatima', '--server', world.front.url]);
  expect(said.err).toMatch(
    new RegExp(`You have it\\? muster incident ack INC-2026-12-07-\\d+ --as fatima --server ${world.front.url}\n`),
  );
  const known = await world.muster(declare, { env: { MUSTER_ACTOR: 'fatima' } });
  expect(known.err).toMatch(/You have it\? muster incident ack INC-2026-12-07-\d+\n/);
});

test('a name that nobody may have is said by the flag, with the name that was meant', async () => {
  const { code, err } = await world.muster(['incident', 'list', '--mine', '--as', 'Fatima']);
  expect(code).toBe(2);
  expect(err).toMatch(/^Wrong usage: --as: expected a name of .*; did you mean fatima\?$/m);
  expect(err).not.toContain('Muster-Actor');
});
