/**
 * The token of a one-tap link holds who acknowledges which process and until when, and cannot be
 * forged.
 */
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSecret, signAckToken, verifyAckToken } from '../../src/activities/ack-token';

const secret = Buffer.alloc(32, 1);
const claim = { process: 'INC-2026-12-07-001', person: 'giorgos', exp: 2_000 };

test('a token gives back its claim until it expires', () => {
  const token = signAckToken(secret, claim);
  expect(signAckToken(secret, claim)).toBe(token);
  expect(token).toMatch(/^[\w-]+\.[\w-]+$/);
  expect(verifyAckToken([secret], token, 1_999)).toEqual({ ok: true, claim });
  expect(verifyAckToken([secret], token, 2_000)).toEqual({ ok: false, because: 'expired', claim });
});

test('a token for the process with a mark says so', () => {
  const marked = { ...claim, mark: '3f2a9c81d0e4' };
  expect(verifyAckToken([secret], signAckToken(secret, marked), 0)).toEqual({ ok: true, claim: marked });
});

test('a token says of which round it is, with and without a mark', () => {
  for (const more of [{ round: 2 }, { round: 1, mark: '3f2a9c81d0e4' }])
    expect(verifyAckToken([secret], signAckToken(secret, { ...claim, ...more }), 0)).toEqual({
      ok: true,
      claim: { ...claim, ...more },
    });
});

test('any other token is forged: each character changed, another secret, parts missing or added', () => {
  const token = signAckToken(secret, claim);
  for (let index = 0; index < token.length; index++) {
    const changed = token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1);
    expect(verifyAckToken([secret], changed, 0)).toEqual({ ok: false, because: 'forged' });
  }
  for (const other of ['', '.', 'a.b', `${token}.`, `${token}.x`, token.split('.')[0]!])
    expect(verifyAckToken([secret], other, 0)).toEqual({ ok: false, because: 'forged' });
  expect(verifyAckToken([Buffer.alloc(32, 2)], token, 0)).toEqual({ ok: false, because: 'forged' });
});

test('the secret is made once, readable by its owner only, and the same for all who start at once', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'muster-secret-')), 'new');
  const secrets = await Promise.all([loadSecret(folder), loadSecret(folder), loadSecret(folder)]);
  expect(new Set(secrets.map((one) => one.toString('hex'))).size).toBe(1);
  expect((await stat(join(folder, 'secret'))).mode & 0o777).toBe(0o600);
  expect(Buffer.from((await readFile(join(folder, 'secret'), 'utf8')).trim(), 'hex')).toEqual(await loadSecret(folder));
  await writeFile(join(folder, 'secret'), 'oops');
  await expect(loadSecret(folder)).rejects.toThrow('expected 64 hexadecimal digits');
  await expect(loadSecret(folder, 'short')).rejects.toThrow('MUSTER_SECRET has 5 characters');
});
