/**
 * The book of access: a token counts only while it is live, what counts once counts once, a repeat
 * changes nothing, somebody who was signed out stays out, and the book does not grow for ever.
 */
import fc from 'fast-check';
import {
  accessMemo,
  accessMemoChanges,
  accessOfMemo,
  emptyAccess,
  isLive,
  isUseNews,
  loginStanding,
  orderAccess,
  readName,
  sessionStamp,
  sessionStands,
  strangerPrincipal,
  type AccessBook,
  type AccessOrderName,
  type AccessOrders,
  type AccessState,
  type AccessToken,
  type Ordered,
} from '../../src/domain';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.parse('2026-12-07T08:00:00Z');
const begun: AccessBook = { ...emptyAccess, mark: 'm' };
let count = 0;
const fresh = () => `${(count += 1)}`;
const hash = (text: string) => text.padStart(64, '0');
const minted = (id = `t${fresh().padStart(15, '0')}`) => ({ id, sha256: hash(fresh()) });
type Loose<N extends AccessOrderName> = Loosened<AccessOrders[N]>;
// An order of several forms keeps them apart.
type Loosened<O> = O extends unknown ? Omit<O, 'key' | 'fingerprint' | 'by'> & { key?: string; by?: string } : never;

function tried<N extends AccessOrderName>(book: AccessBook, name: N, order: Loose<N>, at = now): Ordered {
  return orderAccess(
    book,
    name,
    { key: fresh(), fingerprint: 'f', by: 'ana', ...order } as unknown as AccessOrders[N],
    at,
  );
}
function done<N extends AccessOrderName>(book: AccessBook, name: N, order: Loose<N>, at = now): AccessBook {
  const result = tried(book, name, order, at);
  if (!result.ok) throw new Error(result.refusal.message);
  return result.book;
}
const token = (more: Partial<Loose<'create-token'>> = {}): Loose<'create-token'> => ({
  minted: minted(),
  kind: 'person',
  owner: 'ana',
  name: 'laptop',
  scopes: {},
  expiresAt: now + 90 * day,
  ...more,
});
const refusedWith = (reason: string) => ({ ok: false, refusal: { reason } });
const liveIds = ({ tokens }: AccessBook, at = now) => tokens.filter((one) => isLive(one, at)).map(({ id }) => id);

describe('tokens', () => {
  const first = token();
  const { id } = first.minted;
  const book = done(begun, 'create-token', first);

  test('one counts until it expires, and not any more once it is revoked; a second revocation changes nothing', () => {
    expect(liveIds(book, now + 90 * day - 1)).toEqual([id]);
    expect(liveIds(book, now + 90 * day)).toEqual([]);
    const revoked = done(book, 'revoke-token', { id, by: 'chiara' }, now + hour);
    expect(liveIds(revoked, now + hour)).toEqual([]);
    expect(revoked.tokens).toMatchObject([{ revokedAt: now + hour, revokedBy: 'chiara' }]);
    expect(done(revoked, 'revoke-token', { id, by: 'ben' }, now + day).tokens).toEqual(revoked.tokens);
    expect(tried(book, 'revoke-token', { id: 'nothing' })).toMatchObject(refusedWith('unknown-token'));
  });

  test('two of one name count only while one replaces the other, and the older ends when it was told to', () => {
    expect(tried(book, 'create-token', token())).toMatchObject(refusedWith('name-taken'));
    const second = minted();
    const rotate = { id, minted: second, expiresAt: now + 90 * day, oldUntil: now + day };
    const both = done(book, 'rotate-token', rotate);
    expect(liveIds(both)).toEqual([id, second.id]);
    expect(liveIds(both, now + day)).toEqual([second.id]);
    expect(both.tokens[1]).toMatchObject({ owner: 'ana', name: 'laptop', scopes: {} });
    const again = { ...rotate, id: second.id, minted: minted() };
    expect(tried(both, 'rotate-token', again)).toMatchObject(refusedWith('rotated-already'));
    expect(tried(both, 'rotate-token', again, now + day + 1)).toMatchObject({
      refusal: { errors: [{ path: 'oldUntil' }] },
    });
    const later = { ...again, oldUntil: now + 2 * day };
    expect(liveIds(done(both, 'rotate-token', later, now + day), now + day)).toHaveLength(2);
    expect(tried(both, 'rotate-token', { ...later, id }, now + day)).toMatchObject(refusedWith('over'));
  });

  test('a rotation never lets a token live longer than before', () => {
    const rotate = { id, minted: minted(), expiresAt: now + 200 * day, oldUntil: now + 95 * day };
    const late = done(book, 'rotate-token', rotate, now + 89 * day);
    expect(late.tokens.find((one) => one.id === id)!.expiresAt).toBe(now + 90 * day);
    const long = { ...rotate, oldUntil: now + 8 * day };
    expect(tried(book, 'rotate-token', long)).toMatchObject({ refusal: { errors: [{ path: 'oldUntil' }] } });
  });

  test('each token ends: none is made without an end within 366 days', () => {
    for (const expiresAt of [now, now - 1, now + 367 * day])
      expect(tried(begun, 'create-token', token({ expiresAt }))).toMatchObject({
        refusal: { errors: [{ path: 'expiresAt' }] },
      });
  });

  test('a token of CI is bound to services and operations: it has no roles of its own', () => {
    const ci = { kind: 'ci', scopes: { services: ['payments'], operations: ['mark-deployed'] } } as const;
    expect(tried(begun, 'create-token', token(ci)).ok).toBe(true);
    const wrong: [Partial<Loose<'create-token'>>, string][] = [
      [{ ...ci, scopes: { ...ci.scopes, services: [] } }, 'services'],
      [{ ...ci, scopes: { ...ci.scopes, operations: [] } }, 'operations'],
      [{ ...ci, scopes: {} }, 'operations'],
    ];
    for (const [more, path] of wrong)
      expect(tried(begun, 'create-token', token(more))).toMatchObject({ refusal: { errors: [{ path }] } });
    expect(tried(begun, 'create-token', token({ ...ci, scopes: { operations: ['read'] } })).ok).toBe(true);
  });

  test('a program is known by the name of its token, so that two people have none of one name', () => {
    const ci = { kind: 'ci', scopes: { operations: ['read'] } } as const;
    const one = done(begun, 'create-token', token(ci));
    expect(tried(one, 'create-token', token({ ...ci, owner: 'ben' }))).toMatchObject(refusedWith('name-taken'));
    expect(tried(one, 'create-token', token({ owner: 'ben' })).ok).toBe(true);
  });

  test('the day of the last use is noted once a day, and a use of a dead token is not', () => {
    const used = done(book, 'note-use', { id }, now + hour);
    expect(used.tokens).toMatchObject([{ lastUsedOn: '2026-12-07' }]);
    expect(done(used, 'note-use', { id }, now + 2 * hour)).toBe(used);
    expect(isUseNews(used.tokens[0]!, now + 2 * hour)).toBe(false);
    expect(isUseNews(used.tokens[0]!, now + day)).toBe(true);
    expect(done(used, 'note-use', { id }, now + day).tokens).toMatchObject([{ lastUsedOn: '2026-12-08' }]);
    const dead = done(used, 'revoke-token', { id });
    expect(done(dead, 'note-use', { id }, now + day)).toBe(dead);
  });

  test('20 of one owner count, and 1,000 in all; a dead one is out of the way', () => {
    let full = begun;
    for (let index = 0; index < 20; index++) full = done(full, 'create-token', token({ name: `n${index}` }));
    expect(tried(full, 'create-token', token())).toMatchObject(refusedWith('too-many-tokens'));
    const room = done(full, 'revoke-token', { id: full.tokens[0]!.id });
    expect(tried(room, 'create-token', token()).ok).toBe(true);
    const tokens = Array.from({ length: 1_000 }, (_, index): AccessToken => {
      const { minted: its, ...facts } = token({ owner: `p${index}` });
      return { ...its, ...facts, createdAt: now, createdBy: 'ana' };
    });
    expect(tried({ ...begun, tokens }, 'create-token', token())).toMatchObject(refusedWith('too-many-tokens'));
  });

  test('a dead token is kept for a month, 100 at the most, so that its owner learns why it does not count', () => {
    const revoked = done(book, 'revoke-token', { id });
    expect(done(revoked, 'sign-out', { person: 'ben' }, now + 29 * day).tokens).toHaveLength(1);
    expect(done(revoked, 'sign-out', { person: 'ben' }, now + 30 * day).tokens).toEqual([]);
    let many = begun;
    for (let index = 0; index < 150; index++) {
      const one = token({ owner: `p${index}` });
      many = done(done(many, 'create-token', one), 'revoke-token', { id: one.minted.id }, now + index);
    }
    expect(many.tokens).toHaveLength(100);
    expect(many.tokens.at(-1)!.owner).toBe('p149');
  });
});

describe('a repeated order', () => {
  test('gives the token the newer secret while nobody used it: the first one did not arrive', () => {
    const order = token();
    const key = 'again';
    const book = done(begun, 'create-token', { ...order, key });
    expect(tried(book, 'create-token', { ...order, key })).toMatchObject({ ok: true, book });
    const other = minted();
    const again = tried(book, 'create-token', { ...order, key, minted: other }, now + minute);
    expect(again).toMatchObject({ ok: true, answer: { token: other }, book: { tokens: [other] } });
    const used = done(book, 'note-use', { id: order.minted.id });
    for (const [at, before] of [
      [now, used],
      [now + 11 * minute, book],
    ] as const)
      expect(tried(before, 'create-token', { ...order, key, minted: other }, at)).toMatchObject(
        refusedWith('shown-once'),
      );
    const revoked = done(book, 'revoke-token', { id: order.minted.id });
    expect(tried(revoked, 'create-token', { ...order, key, minted: other })).toMatchObject(refusedWith('shown-once'));
  });

  test('of another fingerprint never changes a secret', () => {
    const order = { ...token(), key: 'k', fingerprint: 'f', by: 'ana' };
    const book = done(begun, 'create-token', order);
    const other = { ...order, fingerprint: 'g', minted: minted() };
    expect(orderAccess(book, 'create-token', other, now)).toMatchObject({
      ok: true,
      book,
      answer: { fingerprint: 'f' },
    });
  });

  test('signs out once', () => {
    const once = done(begun, 'sign-out', { person: 'ben', key: 'k' });
    expect(done(once, 'sign-out', { person: 'ben', key: 'k' })).toBe(once);
    expect(once.epoch).toBe(1);
  });
});

describe('sessions', () => {
  test('whoever is signed out loses the sessions from before, keeps tokens, and nobody else loses anything', () => {
    const book = done(begun, 'create-token', token());
    const before = sessionStamp(book);
    const out = done(book, 'sign-out', { person: 'ana' });
    expect([sessionStands(out, 'ana', before), sessionStands(out, 'ben', before)]).toEqual([false, true]);
    expect(sessionStands(out, 'ana', sessionStamp(out))).toBe(true);
    expect(liveIds(out)).toHaveLength(1);
  });

  test('everything of a person: tokens, links and confirmed logins too, but no token of CI', () => {
    let book = done(begun, 'create-token', token());
    const ci = token({ kind: 'ci', name: 'deploy', scopes: { services: ['payments'], operations: ['mark-deployed'] } });
    book = done(book, 'create-token', ci);
    book = done(book, 'create-token', token({ owner: 'ben' }));
    book = done(book, 'make-link', { sha256: hash('1'), person: 'ana', expiresAt: now + hour });
    book = done(book, 'begin-login', { code: 'BCDF-GHJK', pollSha256: hash('2'), name: 'cli', scopes: {} });
    book = done(book, 'confirm-login', { code: 'BCDF-GHJK', by: 'ana' });
    const out = done(book, 'sign-out', { person: 'ana', everything: true, by: 'chiara' });
    expect(out.tokens.filter((one) => isLive(one, now)).map(({ owner, kind }) => [owner, kind])).toEqual([
      ['ana', 'ci'],
      ['ben', 'person'],
    ]);
    expect([out.links, out.logins]).toEqual([[], []]);
  });

  test('a stamp of another book, or a made-up one, never stands', () => {
    for (const stamp of ['', 'm', 'm.', 'm.x', 'm.-1x', 'other.9', '.0', 'm.1e999'])
      expect([stamp, sessionStands({ ...begun, epoch: 1, floor: 1 }, 'ana', stamp)]).toEqual([stamp, false]);
    expect(sessionStands(emptyAccess, 'ana', sessionStamp(emptyAccess))).toBe(false);
  });

  test('whoever is forgotten as signed out does not come back: after 500 the older sessions of all are over', () => {
    const before = sessionStamp(begun);
    let book = begun;
    for (let index = 0; index < 501; index++) book = done(book, 'sign-out', { person: `p${index}` });
    expect(book.signedOut).toHaveLength(500);
    expect(sessionStands(book, 'p0', before)).toBe(false);
    expect(sessionStands(book, 'p0', sessionStamp(book))).toBe(true);
    // No session lives for 8 days.
    expect(done(book, 'sign-out', { person: 'x' }, now + 8 * day).signedOut).toHaveLength(1);
  });
});

describe('a login of the command line', () => {
  const code = 'BCDF-GHJK';
  const poll = { code, pollSha256: hash('77') };
  const waits = done(begun, 'begin-login', {
    ...poll,
    name: 'laptop',
    scopes: { operations: ['read'] },
    from: '10.0.0.7',
    by: 'unknown',
  });
  const confirmed = done(waits, 'confirm-login', { code, by: 'ben' });
  const collect = (more: Partial<Loose<'collect-login'>> = {}) => ({
    ...{ ...poll, minted: minted(), expiresAt: now + 90 * day, by: 'unknown' },
    ...more,
  });

  test('gives a token of whoever confirmed the code, once, and only to whoever began', () => {
    expect(loginStanding(waits, poll, now)).toBe('waiting');
    expect(tried(waits, 'collect-login', collect())).toMatchObject(refusedWith('not-confirmed'));
    expect(loginStanding(confirmed, poll, now)).toBe('confirmed');
    const stranger = collect({ pollSha256: hash('78') });
    expect(loginStanding(confirmed, stranger, now)).toBe('unknown');
    expect(tried(confirmed, 'collect-login', stranger)).toMatchObject(refusedWith('unknown-login'));
    const got = tried(confirmed, 'collect-login', collect());
    expect(got).toMatchObject({
      answer: { person: 'ben', token: { owner: 'ben', name: 'laptop', scopes: { operations: ['read'] } } },
    });
    expect(tried((got as { book: AccessBook }).book, 'collect-login', collect())).toMatchObject(
      refusedWith('unknown-login'),
    );
  });

  test('is confirmed by one person, within 10 minutes, and leaves a minute to collect', () => {
    expect(tried(confirmed, 'confirm-login', { code, by: 'chiara' })).toMatchObject(refusedWith('confirmed-already'));
    expect(done(confirmed, 'confirm-login', { code, by: 'ben' }).logins).toEqual(confirmed.logins);
    const last = now + 10 * minute - 1;
    const late = done(waits, 'confirm-login', { code, by: 'ben' }, last);
    expect(tried(late, 'collect-login', collect(), last + minute - 1).ok).toBe(true);
    expect(tried(late, 'collect-login', collect(), last + minute)).toMatchObject(refusedWith('unknown-login'));
    expect(tried(waits, 'confirm-login', { code }, last + 1)).toMatchObject(refusedWith('unknown-login'));
  });

  test('of anybody cannot push out one that was confirmed, and 100 wait at the most', () => {
    let book = confirmed;
    for (let index = 0; index < 150; index++)
      book = done(book, 'begin-login', {
        ...{ code: `C-${index}`, pollSha256: hash(`${index}`), name: 'x', scopes: {}, from: `10.0.0.${index}` },
      });
    expect(book.logins).toHaveLength(101);
    expect(loginStanding(book, poll, now)).toBe('confirmed');
    expect(book.answered).toHaveLength(1);
  });

  test('does not take a code that is in use', () => {
    const other = { ...poll, pollSha256: hash('9'), name: 'x', scopes: {} };
    expect(tried(waits, 'begin-login', other)).toMatchObject(refusedWith('code-taken'));
    expect(done(waits, 'begin-login', { ...other, pollSha256: poll.pollSha256 })).toBe(waits);
  });

  test('works however many logins there were: the oldest of the name, else the one unused for longest, makes room', () => {
    const login = (book: AccessBook, name: string, at: number) => {
      const its = { code: `L-${fresh()}`, pollSha256: hash(fresh()) };
      const asked = done(
        done(book, 'begin-login', { ...its, name, scopes: {} }, at),
        'confirm-login',
        { code: its.code },
        at,
      );
      return done(asked, 'collect-login', { ...its, minted: minted(), expiresAt: at + 90 * day }, at);
    };
    let book = begun;
    for (let index = 0; index < 25; index++) book = login(book, `host-${index}`, now + index * day);
    const live = book.tokens.filter((one) => isLive(one, now + 25 * day)).map(({ name }) => name);
    expect(live).toEqual(Array.from({ length: 20 }, (_, index) => `host-${index + 5}`));
    for (let index = 0; index < 3; index++) book = login(book, 'mine', now + (30 + index) * day);
    expect(book.tokens.filter((one) => one.name === 'mine' && isLive(one, now + 33 * day))).toHaveLength(2);
  });
});

describe('what counts once', () => {
  const link = { sha256: hash('5'), person: 'ben', expiresAt: now + hour };
  const withLink = done(begun, 'make-link', link);
  const first = { minted: minted(), name: 'first', expiresAt: now + day };

  test('a link signs one person in, within a day', () => {
    const use = { ...first, sha256: link.sha256 };
    const used = tried(withLink, 'use-link', use);
    const token = { id: first.minted.id, kind: 'person', owner: 'ben', name: 'first', scopes: {} };
    expect(used).toMatchObject({ ok: true, answer: { person: 'ben', token } });
    expect(tried((used as { book: AccessBook }).book, 'use-link', use)).toMatchObject(refusedWith('used'));
    expect(tried(withLink, 'use-link', use, now + hour)).toMatchObject(refusedWith('unknown-link'));
    expect(tried(withLink, 'use-link', { ...use, sha256: hash('6') })).toMatchObject(refusedWith('unknown-link'));
    expect(tried(begun, 'make-link', { ...link, expiresAt: now + 2 * day })).toMatchObject({ ok: false });
    let five = withLink;
    for (let index = 0; index < 4; index++) five = done(five, 'make-link', { ...link, sha256: hash(`10${index}`) });
    expect(tried(five, 'make-link', { ...link, sha256: hash('200') })).toMatchObject(refusedWith('too-many-links'));
  });

  test('the first admin, also after that admin was dropped', () => {
    const claimed = done(begun, 'claim-first-admin', first);
    expect(claimed).toMatchObject({ admins: ['ana'], claimed: { by: 'ana' }, tokens: [{ owner: 'ana' }] });
    const again = { ...first, minted: minted(), by: 'eve' };
    expect(tried(claimed, 'claim-first-admin', again)).toMatchObject(refusedWith('claimed'));
    const dropped = done(claimed, 'drop-admin', { person: 'ana' });
    expect(dropped.admins).toEqual([]);
    expect(tried(dropped, 'claim-first-admin', again)).toMatchObject(refusedWith('claimed'));
    expect(tried(begun, 'claim-first-admin', { ...first, expiresAt: now })).toMatchObject({ ok: false });
  });
});

// --- Whatever is ordered ------------------------------------------------------------------------

const people = ['ana', 'ben', 'chiara'] as const;
const small = fc.integer({ min: 0, max: 5 });
const person = fc.constantFrom(...people);
const step = fc.record({
  what: fc.constantFrom(
    ...([
      'create',
      'rotate',
      'revoke',
      'use',
      'out',
      'all-out',
      'begin',
      'confirm',
      'collect',
      'link',
      'follow',
      'claim',
    ] as const),
  ),
  person,
  index: small,
  passes: fc.constantFrom(0, minute, 5 * minute, hour, day, 40 * day),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Of one instant, the memo does not keep the order. */
const inOrder = (state: AccessState): AccessState => ({
  ...state,
  tokens: [...state.tokens].sort((a, b) => (a.id < b.id ? -1 : 1)),
  logins: [...state.logins].sort((a, b) => (a.code < b.code ? -1 : 1)),
  links: [...state.links].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1)),
});
const once = new Set<AccessOrderName>(['use-link', 'collect-login', 'claim-first-admin']);
function orderOf({ what, person: by, index }: Step, book: AccessBook, at: number): [AccessOrderName, object] {
  const id = book.tokens[index]?.id ?? 'nothing';
  const expiresAt = at + 30 * day;
  const login = { code: `C-${index}`, pollSha256: hash(`${index}`) };
  const orders: Record<Step['what'], [AccessOrderName, object]> = {
    create: ['create-token', token({ owner: by, name: `n${index}`, expiresAt })],
    rotate: ['rotate-token', { id, minted: minted(), expiresAt, oldUntil: at + day }],
    revoke: ['revoke-token', { id }],
    use: ['note-use', { id }],
    out: ['sign-out', { person: by }],
    'all-out': ['sign-out', { person: by, everything: true }],
    begin: ['begin-login', { ...login, name: 'cli', scopes: {} }],
    confirm: ['confirm-login', { code: login.code, by }],
    collect: ['collect-login', { ...login, minted: minted(), expiresAt }],
    link: ['make-link', { sha256: hash(`${index}`), person: by, expiresAt: at + hour }],
    follow: ['use-link', { sha256: hash(`${index}`), minted: minted(), name: 'linked', expiresAt }],
    claim: ['claim-first-admin', { minted: minted(), name: 'first', expiresAt, by }],
  };
  return orders[what];
}

test('whatever is ordered: what ended never counts again, no name has three live tokens, once is once, a repeat changes nothing, and the memo says the same', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let [book, at, memo] = [begun, now, accessMemo(begun)];
      const ended = new Map<string, number>();
      let claims = 0;
      for (const one of steps) {
        at += one.passes;
        const [name, body] = orderOf(one, book, at);
        const order = { key: fresh(), fingerprint: 'f', by: 'ana', ...body } as AccessOrders[typeof name];
        const result = orderAccess(book, name, order, at);
        // Two at once: the second meets the book of the first.
        if (result.ok && once.has(name))
          expect(orderAccess(result.book, name, { ...order, key: fresh() }, at).ok).toBe(false);
        if (!result.ok) continue;
        if (name === 'claim-first-admin') claims += 1;
        const again = orderAccess(result.book, name, order, at);
        expect(again).toMatchObject({ ok: true, answer: result.answer });
        memo = { ...memo, ...accessMemoChanges(book, result.book) };
        book = result.book;
        const { answered: _, ...state } = book;
        expect(inOrder(accessOfMemo(memo)!)).toEqual(inOrder(state));
        for (const its of book.tokens) {
          const end = Math.min(its.revokedAt ?? Infinity, its.expiresAt);
          expect(end).toBeLessThanOrEqual(ended.get(its.id) ?? Infinity);
          ended.set(its.id, end);
          expect(isLive(its, at)).toBe(at < end);
        }
        for (const by of people)
          for (const called of new Set(book.tokens.map((its) => its.name))) {
            const live = book.tokens.filter((its) => its.owner === by && its.name === called && isLive(its, at));
            expect(live.length).toBeLessThanOrEqual(2);
          }
        expect(book.logins.every(({ expiresAt }) => expiresAt > at) || name !== 'begin-login').toBe(true);
      }
      expect(claims).toBeLessThanOrEqual(1);
    }),
    { numRuns: 200 },
  );
});

test('the fullest book with the longest texts stays within what Temporal takes, and then says so', () => {
  const wide = '語'.repeat(120);
  const wideOwner = (index: number) => `${index}${wide}`.slice(0, 120);
  const services = Array.from({ length: 15 }, () => 's'.repeat(60));
  const kept = (index: number, more: Partial<AccessToken> = {}): AccessToken => {
    const { minted: its, ...facts } = token({ owner: wideOwner(index), name: 'n'.repeat(60), scopes: { services } });
    return { ...its, ...facts, createdAt: now, createdBy: wide, ...more };
  };
  const revoked = { revokedAt: now - 1, revokedBy: wide };
  const key = 'k'.repeat(290);
  let book: AccessBook = {
    ...begun,
    tokens: Array.from({ length: 320 }, (_, index) => kept(index, index % 2 === 0 ? {} : revoked)),
    signedOut: Array.from({ length: 600 }, (_, index) => ({ person: wideOwner(index), epoch: index, at: now })),
    links: Array.from({ length: 199 }, (_, index) => {
      const person = wideOwner(index);
      return { sha256: hash(`9${index}`), person, createdBy: wide, createdAt: now, expiresAt: now + hour };
    }),
    answered: Array.from({ length: 300 }, (_, index) => {
      const its = { key: `${index}${key}`, fingerprint: 'f'.repeat(300), at: now, person: wide };
      return { ...its, token: 't'.repeat(40) };
    }),
  };
  for (let index = 0; index < 500; index++) {
    const person = wideOwner(index);
    book = done(book, 'end-session', { session: hash(`${index}`).slice(24), until: now + 7 * day, by: person });
    book = done(book, 'note-groups', { person, groups: [`${index}${wide}`] });
  }
  const reasons = new Set<unknown>();
  const attempt = <N extends AccessOrderName>(name: N, order: Loose<N>) => {
    const result = tried(book, name, order);
    if (result.ok) book = result.book;
    else reasons.add(`${name}: ${String(result.refusal.reason)}`);
  };
  for (let index = 0; reasons.size === 0; index++)
    attempt(
      'create-token',
      token({ owner: wideOwner(1_000 + index), name: 'n'.repeat(60), scopes: { services }, by: wide }),
    );
  for (let index = 0; index < 250; index++) {
    const code = `C-${index}`;
    attempt('begin-login', {
      code,
      pollSha256: hash(`${index}`),
      name: wide.slice(0, 60),
      scopes: {},
      from: `${index}${wide}`,
    });
    if (index % 2 === 0) attempt('confirm-login', { code, by: wide });
    attempt('make-link', { sha256: hash(`8${index}`), person: wideOwner(index), expiresAt: now + hour });
  }
  expect([...reasons]).toEqual(['create-token: too-large', 'make-link: too-many-links']);
  expect([book.tokens.length, book.logins.length, book.links.length]).toEqual([expect.any(Number), 200, 200]);
  expect(Buffer.byteLength(JSON.stringify(book))).toBeLessThan(1_950_000);
  expect(Buffer.byteLength(JSON.stringify(accessMemo(book)))).toBeLessThan(1_800_000);
  const huge = token({ scopes: { services: Array.from({ length: 50 }, () => 's'.repeat(60)) } });
  expect(tried(begun, 'create-token', huge)).toMatchObject(refusedWith('too-large'));
});

test('an order writes only the fields of the memo that it changes', () => {
  const one = token({ minted: { ...minted(), id: 'a'.repeat(16) } });
  const book = done(done(begun, 'create-token', one), 'create-token', token({ owner: 'ben' }));
  const used = done(book, 'note-use', { id: one.minted.id });
  expect(accessMemoChanges(book, used)).toEqual({ 'tokens a': [used.tokens[0]] });
  const later = done(used, 'sign-out', { person: 'ben' }, now + 200 * day);
  expect(accessMemoChanges(used, later)).toEqual({
    book: { mark: 'm', epoch: 1, floor: 0, admins: [], signedOut: later.signedOut },
    'tokens a': null,
    'tokens t': null,
  });
});

test('a memo that cannot be read whole is not read at all: nobody who was signed out is missed', () => {
  const book = done(begun, 'create-token', token());
  const memo = accessMemo(book);
  const undecodable = { undecodable: true, because: 'no key' };
  for (const field of Object.keys(memo)) expect(accessOfMemo({ ...memo, [field]: undecodable })).toBeUndefined();
  expect(accessOfMemo({})).toBeUndefined();
});

describe('nobody is put out by what others do', () => {
  const ends = (book: AccessBook, by: string, session: string) =>
    done(book, 'end-session', { session: session.padStart(20, '0'), until: now + 7 * day, by });

  test('whoever closes a great many sessions is signed out everywhere, and nobody else', () => {
    let book = begun;
    const stamp = sessionStamp(book);
    for (let index = 0; index < 51; index++) book = ends(book, 'eve', `e${index}`);
    expect(sessionStands(book, 'eve', stamp)).toBe(false);
    expect(sessionStands(book, 'ana', stamp)).toBe(true);
    expect(book.endedSessions ?? []).toEqual([]);
  });

  test('a closed session stays closed until it would have ended, and is then forgotten', () => {
    const book = ends(begun, 'ana', 'a1');
    expect(book.endedSessions).toEqual([{ id: 'a1'.padStart(20, '0'), person: 'ana', until: now + 7 * day }]);
    const later = done(book, 'sign-out', { person: 'ben' }, now + 7 * day);
    expect(later.endedSessions).toBeUndefined();
  });

  test('used links leave room for others', () => {
    let book = begun;
    for (let index = 0; index < 300; index++) {
      const sha256 = hash(`link${index}`);
      book = done(book, 'make-link', { sha256, person: `p${index}`, expiresAt: now + day });
      book = done(book, 'use-link', { sha256 });
    }
    expect(book.links.length).toBeLessThan(200);
  });

  test('one address pushes out its own logins that wait, and those of no other', () => {
    const asks = (book: AccessBook, code: string, from: string) =>
      done(book, 'begin-login', { code, pollSha256: hash(code), name: 'desk', scopes: {}, from });
    let book = asks(begun, 'VICTIM-1', '10.0.0.1');
    for (let index = 0; index < 80; index++) book = asks(book, `FLOOD-${100 + index}`, '10.6.6.6');
    expect(book.logins.map(({ code }) => code)).toContain('VICTIM-1');
    expect(book.logins).toHaveLength(11);
  });
});

test('two strangers never share a name', () => {
  const named = (claim: string) => strangerPrincipal({ everybody: 'viewer', roles: [] }, claim, { via: 'session' }).id;
  const claims = [
    'guest@elsewhere.org',
    '\u00dcnal \u00d6z',
    '\u00dcnal \u00d6x',
    'emeka',
    'eme\u212aa@example.org',
    '(x)',
    ' ',
  ];
  const names = claims.map(named);
  expect(new Set(names).size).toBe(claims.length);
  for (const name of names) expect(readName(name)).toEqual({ ok: true, name });
  expect(names[0]).toBe('guest@elsewhere.org');
});
