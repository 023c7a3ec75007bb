/**
 * Secrets that Muster hands out: only the whole text of a live token lets somebody in, codes follow
 * from the installation, and only hashes are kept.
 */
import fc from 'fast-check';
import { firstAdminCode, isFirstAdminCode } from '../../src/api/access/first-admin';
import {
  isSecretOf,
  isTokenLike,
  mintLink,
  mintToken,
  sha256Of,
  tokenName,
  readToken,
} from '../../src/api/access/token-text';
import { emptyAccess, type AccessState, type AccessToken } from '../../src/domain';

const now = Date.parse('2026-12-07T08:00:00Z');
const hour = 3_600_000;
const facts = { owner: 'ana', name: 'laptop', scopes: {}, createdAt: now, createdBy: 'ana' };
const bookOf = (...tokens: AccessToken[]): AccessState => ({ ...emptyAccess, mark: 'm', tokens });
const made = (kind: AccessToken['kind'], more: Partial<AccessToken> = {}) => {
  const { text, minted } = mintToken(kind);
  return { text, token: { ...minted, kind, ...facts, expiresAt: now + hour, ...more } };
};

test('a token says its kind and its id, carries 256 bits, and is kept as its hash alone', () => {
  for (const [kind, prefix] of [
    ['person', 'mus_pat_'],
    ['ci', 'mus_ci_'],
  ] as const) {
    const { text, minted } = mintToken(kind);
    const [id, secret = ''] = text.slice(prefix.length).split('.');
    expect(text.startsWith(prefix)).toBe(true);
    expect(id).toBe(minted.id);
    expect(id).toMatch(/^[a-z0-9]{16}$/);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(minted.sha256).toBe(sha256Of(text));
    expect(tokenName({ kind, id: minted.id })).toBe(`${prefix}${minted.id}`);
    expect(isTokenLike(text)).toBe(true);
  }
  expect(new Set(Array.from({ length: 200 }, () => mintToken('ci').text)).size).toBe(200);
});

test('a live token lets its owner in, for what it says; until it expires, and not once it is revoked', () => {
  const scopes = { services: ['payments'], operations: ['mark-deployed'] };
  const { text, token } = made('ci', { scopes });
  expect(readToken(bookOf(made('ci').token, token), text, now)).toEqual({
    ok: true,
    token,
  });
  expect(readToken(bookOf(token), text, now + hour)).toEqual({ ok: false, because: 'expired' });
  const revoked = { ...token, revokedAt: now };
  expect(readToken(bookOf(revoked), text, now + hour)).toEqual({ ok: false, because: 'revoked' });
  expect(readToken(bookOf(), text, now)).toEqual({ ok: false, because: 'unknown' });
});

test('nobody without the secret learns whether a token is there, and no other text lets anybody in', () => {
  const { text, token } = made('person');
  const book = bookOf(token);
  const stranger = `${text.slice(0, text.indexOf('.'))}.${mintToken('person').text.split('.')[1]}`;
  expect(readToken(book, stranger, now)).toEqual({ ok: false, because: 'unknown' });
  expect(readToken(bookOf({ ...token, revokedAt: now }), stranger, now).ok).toBe(false);
  expect(readToken(book, text.replace('mus_pat', 'mus_ci'), now)).toEqual({ ok: false, because: 'unknown' });
  // A broken hash in the book is nobody's.
  expect(readToken(bookOf({ ...token, sha256: '' }), text, now).ok).toBe(false);
  const change = fc.tuple(fc.nat({ max: text.length }), fc.nat({ max: 3 }), fc.string({ maxLength: 3 }));
  fc.assert(
    fc.property(change, ([at, length, by]) => {
      const changed = text.slice(0, at) + by + text.slice(at + length);
      fc.pre(changed !== text);
      expect(readToken(book, changed, now).ok).toBe(false);
    }),
  );
  for (const odd of ['', 'mus_pat_', 'mus_pat_constructor00000.x', `${text}\n`, ` ${text}`, text.toUpperCase()])
    expect(readToken(book, odd, now)).toEqual({ ok: false, because: 'malformed' });
});

test('every API of an installation shows the same code of the first admin, another installation another', () => {
  const secret = Buffer.from('s'.repeat(32));
  const code = firstAdminCode(secret, { mark: 'm' });
  expect(code).toMatch(/^([BCDFGHJKMNPRTVWX]{4}-){4}[BCDFGHJKMNPRTVWX]{4}$/);
  expect(firstAdminCode(Buffer.from(secret), { mark: 'm' })).toBe(code);
  expect(firstAdminCode(secret, { mark: 'n' })).not.toBe(code);
  expect(firstAdminCode(Buffer.from('t'.repeat(32)), { mark: 'm' })).not.toBe(code);
  for (const typed of [code, code.toLowerCase(), code.replaceAll('-', ' '), ` ${code.replaceAll('-', '')} `])
    expect(isFirstAdminCode(secret, { mark: 'm' }, typed)).toBe(true);
  for (const typed of ['', '----', code.slice(0, -1), `${code}B`, 'x'.repeat(10_000)])
    expect(isFirstAdminCode(secret, { mark: 'm' }, typed)).toBe(false);
});

test('a one-time secret says what it is, and fits its hash alone', () => {
  const { text, sha256 } = mintLink();
  expect(text).toMatch(/^mus_once_[A-Za-z0-9_-]{43}$/);
  expect([isSecretOf(text, sha256), isSecretOf(`${text}a`, sha256), isSecretOf(text, '')]).toEqual([
    true,
    false,
    false,
  ]);
});
