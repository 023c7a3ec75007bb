/** What a tool says is shown without the secrets of its channel, whole or in part. */
import fc from 'fast-check';
import { withoutSecrets } from '../../src/activities/hidden-secrets';

const part = 12;
const secretText = fc.string({ minLength: part, maxLength: 80, unit: 'grapheme' });
const partsOf = (secret: string) =>
  Array.from({ length: secret.length - part + 1 }, (_, at) => secret.slice(at, at + part));

test('no part of twelve characters of any secret is shown, whatever stands around it', () => {
  const piece = fc.record({ said: fc.string({ maxLength: 20 }), of: fc.nat(), from: fc.nat(), further: fc.nat(80) });
  const echo = fc
    .record({
      secrets: fc.array(secretText, { minLength: 1, maxLength: 4 }),
      pieces: fc.array(piece, { maxLength: 8 }),
    })
    .map(({ secrets, pieces }) => {
      const echoed = pieces.map(({ said, of, from, further }) => {
        const secret = secrets[of % secrets.length]!;
        const begin = from % (secret.length - part + 1);
        return said + secret.slice(begin, begin + part + further);
      });
      return { secrets, text: echoed.join('') };
    });
  fc.assert(
    fc.property(echo, ({ secrets, text }) => {
      const shown = withoutSecrets(text, secrets);
      for (const secret of secrets) for (const one of partsOf(secret)) expect(shown).not.toContain(one);
    }),
    { numRuns: 500 },
  );
});

test('secrets that hold the signs of the mark make no secret together with it', () => {
  const signs = fc.string({ minLength: part, maxLength: 30, unit: fc.constantFrom(...'(secret)[]<>\u25a0a') });
  fc.assert(
    fc.property(signs, fc.array(fc.nat(30), { maxLength: 10 }), (secret, cuts) => {
      const text = cuts.map((cut) => secret.slice(0, cut) + secret).join('');
      const shown = withoutSecrets(text, [secret]);
      for (const one of partsOf(secret)) expect(shown).not.toContain(one);
    }),
  );
});

test('text in which no secret stands is unchanged', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.array(secretText, { maxLength: 5 }), (text, secrets) => {
      const isFree = secrets.every((secret) => partsOf(secret).every((one) => !text.includes(one)));
      fc.pre(isFree);
      expect(withoutSecrets(text, secrets)).toBe(text);
    }),
  );
});

test.each([
  ['the whole of it', 'no: xoxb-1234567890-abcdef.', 'no: (secret).'],
  ['its beginning', 'token xoxb-1234567... is wrong', 'token (secret)... is wrong'],
  ['its end', 'ends with 67890-abcdef', 'ends with (secret)'],
  ['a middle part, twice', '234567890-ab and 234567890-abc', '(secret) and (secret)'],
  ['less than would tell', 'begins with xoxb-123456', 'begins with xoxb-123456'],
])('%s is hidden as it should be', (_, text, shown) => {
  expect(withoutSecrets(text, ['xoxb-1234567890-abcdef'])).toBe(shown);
});

test('a short secret is hidden whole, and one that could be a word stays', () => {
  expect(withoutSecrets('wrong key pass-1, not pass-2', ['pass-1'])).toBe('wrong key (secret), not pass-2');
  expect(withoutSecrets('the key is wrong', ['key', ''])).toBe('the key is wrong');
});

test('it is hidden as it stands in an address and in JSON', () => {
  const secret = 'a/b+c=d e"f\\g';
  for (const text of [encodeURIComponent(secret), JSON.stringify({ secret })])
    expect(withoutSecrets(`said ${text}`, [secret])).toMatch(/^said .*\(secret\)/);
});

test('a long answer and many secrets take no long time', () => {
  const secrets = Array.from({ length: 50 }, (_, n) => `${n}-${'0123456789abcdef'.repeat(4)}`);
  const text = secrets
    .join(' ')
    .repeat(30)
    .slice(0, 64 * 1024);
  const began = performance.now();
  expect(withoutSecrets(text, secrets)).not.toContain('0123456789ab');
  expect(performance.now() - began).toBeLessThan(3_000);
});
