/** How payloads become alerts by a mapping, whatever the payload holds. */
import fc from 'fast-check';
import { alertPresets, presetMapping } from '../../../src/config/alert-presets';
import { compileMapping } from '../../../src/config/compile/alert-mapping';
import { mappingShape, type MappingFile } from '../../../src/config/files/alert-shapes';
import { cut, mapAlerts, mostInRequest, type Mapped } from '../../../src/domain/alerts/mapping';
import { shortKey } from '../../../src/domain/text/short-key';
import { t0 } from '../../support/policy';
import { hostileJson } from '../../support/hostile';

const mapping = (file: MappingFile) => {
  const { mapping: compiled, faults } = compileMapping(mappingShape.parse(file));
  expect(faults).toEqual([]);
  return compiled;
};
const read = (file: MappingFile, body: unknown, around: Readonly<Record<string, unknown>> = {}) =>
  mapAlerts(mapping(file), 'watch', body, around, t0);
const simple: MappingFile = {
  key: '{id}',
  state: { of: '{state}', firing: ['bad', 'warn*'], resolved: 'good', acknowledged: 'seen', ignored: 'note' },
  title: '{title}',
};
const saysOf = ({ alerts, unread, ignored }: Mapped) =>
  alerts[0]?.says ?? (ignored > 0 ? 'ignored' : (unread[0]?.because ?? 'nothing'));

describe('the state', () => {
  test.each([
    ['bad', 'firing'],
    ['BAD', 'firing'],
    ['warning', 'firing'],
    ['good', 'resolved'],
    ['seen', 'acknowledged'],
    ['note', 'ignored'],
    ['else', 'the state "else"; known are bad, warn*, good, seen, note'],
    [undefined, 'no state; known are bad, warn*, good, seen, note'],
  ])('%s', (state, says) => expect(saysOf(read(simple, { id: '1', state }))).toBe(says));

  test('everything else may be what is ignored', () => {
    const file = { ...simple, state: { of: '{state}', firing: 'bad', ignored: '*' } };
    expect(saysOf(read(file, { id: '1', state: 'bad' }))).toBe('firing');
    expect(saysOf(read(file, { id: '1', state: 'whatever' }))).toBe('ignored');
  });

  test.each([
    [t0 + 1, 'firing'],
    [t0, 'resolved'],
    [t0 - 1, 'resolved'],
    [undefined, 'firing'],
  ])('fires while an instant is ahead: %s', (endsAt, says) =>
    expect(saysOf(read({ key: '{id}', state: { until: '{endsAt}' } }, { id: '1', endsAt }))).toBe(says),
  );

  test('a variant changes the rules, and the first that fits does', () => {
    const file: MappingFile = {
      ...simple,
      variants: [
        { when: { '{kind}': 'down*', '{state}': '' }, state: 'firing' },
        { when: { '{kind}': 'down' }, title: 'never' },
        { when: { '{kind}': 'cert*' }, key: 'certificate', state: 'firing' },
      ],
    };
    expect(read(file, { id: '1', kind: 'down', title: 'T' }).alerts).toMatchObject([{ says: 'firing', title: 'T' }]);
    expect(read(file, { kind: 'certificate' }).alerts).toMatchObject([{ key: 'certificate', says: 'firing' }]);
    expect(saysOf(read(file, { id: '1', kind: 'up' }))).toMatch(/^no state/);
  });
});

describe('a batch', () => {
  const batch: MappingFile = {
    ...simple,
    each: 'alerts',
    group: { key: '{^group}', state: { of: '{^state}', firing: 'bad', resolved: 'good' }, 'left-out': '{^more}' },
  };
  test('gives each entry, and says what of it cannot be read', () => {
    const body = {
      group: 'g',
      state: 'bad',
      more: 3,
      alerts: [{ id: 1, state: 'bad' }, { state: 'bad', title: 'T' }, null],
    };
    const { alerts, groups, unread } = read(batch, body);
    expect(alerts).toMatchObject([{ key: '1', group: 'g' }]);
    expect(groups).toEqual([{ group: 'g', says: 'firing', leftOut: 3 }]);
    expect(unread).toEqual([
      { because: 'the body has no identity: see docs/alerts.md for what to send', title: 'T' },
      { because: 'no state; known are bad, warn*, good, seen, note', title: 'watch' },
    ]);
  });
  test.each([-1, 1.5, 'many', '1e999', null])('%s alerts left out are none', (more) =>
    expect(read(batch, { group: 'g', state: 'good', more, alerts: [] }).groups).toEqual([
      { group: 'g', says: 'resolved', leftOut: 0 },
    ]),
  );
  test.each([[undefined], [{}], ['text'], [null], [7]])('%j has no list', (body) =>
    expect(read(batch, body).unread).toEqual([{ because: 'the body has no list of alerts', title: '' }]),
  );
  test('of more than a request may hold is read to that number, and the rest is told', () => {
    const alerts = Array.from({ length: mostInRequest + 1 }, (_, id) => ({ id, state: 'bad' }));
    const found = read(batch, { alerts });
    expect([found.alerts.length, found.unread]).toEqual([
      mostInRequest,
      [{ because: `more than ${mostInRequest} alerts in one request`, title: '' }],
    ]);
  });
});

describe('labels', () => {
  const labelsOf = (labels: MappingFile['labels'], body: object) =>
    read({ key: 'k', state: 'firing', ...(labels === undefined ? {} : { labels }) }, body).alerts[0]!.labels;
  test('of an object: its simple fields', () =>
    expect(labelsOf('tags', { tags: { a: 1, b: ' x\ny ', c: {}, d: null, e: true, '': 'no' } })).toEqual({
      a: '1',
      b: 'x y',
      e: 'true',
    }));
  test('of a list of pairs, or of a JSON text of one', () => {
    const list = [{ tag: 'a', value: '1' }, { tag: 'b' }, null, 'x'];
    expect(labelsOf({ list: 'tags', name: 'tag' }, { tags: list })).toEqual({ a: '1' });
    expect(labelsOf({ list: 'tags', name: 'tag' }, { tags: JSON.stringify(list) })).toEqual({ a: '1' });
    expect(labelsOf({ list: 'tags', name: '0', value: '1' }, { tags: [['a', 'b']] })).toEqual({ a: 'b' });
  });
  test('of a text of pairs', () => {
    expect(labelsOf({ pairs: 'tags' }, { tags: 'env:prod, monitor,url:http://x' })).toEqual({
      env: 'prod',
      url: 'http://x',
    });
    expect(
      labelsOf({ pairs: 'text', between: '\n', within: ' = ' }, { text: 'Labels:\n - a = 1\n - b = 2 = 3' }),
    ).toEqual({
      a: '1',
      b: '2 = 3',
    });
  });
  test.each([
    [{ before: ' will ' }, 'the disk will fill, and will stop', 'the disk'],
    [{ after: 'on ' }, 'disk on web-1 on fire', 'web-1 on fire'],
    [{ after: 'on ', before: ' ' }, 'disk on web-1 is full', 'web-1'],
    [{ after: '[', before: ']' }, '] [a] [b]', 'a'],
    [{}, ' all of it ', 'all of it'],
    [{ before: ' will ' }, 'the disk is full', undefined],
    [{ after: 'x', before: 'y' }, 'y x', undefined],
    [{ before: 'x' }, 'x', undefined],
    [{ before: ' ' }, 7, undefined],
    [{ before: ' ' }, { a: 1 }, undefined],
  ])('of a part of a text: %j of %j', (where, msg, value) =>
    expect(labelsOf({ part: 'msg', name: 'what', ...where }, { msg })).toEqual(
      value === undefined ? {} : { what: value },
    ),
  );
  test('the first of two of one name counts, and 40 are kept', () => {
    expect(labelsOf(['one', 'two'], { one: { a: 1 }, two: { a: 2, b: 3 } })).toEqual({ a: '1', b: '3' });
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`l${index}`, index]));
    expect(Object.keys(labelsOf('tags', { tags: many }))).toHaveLength(40);
  });
  test('one called __proto__ changes no object', () => {
    const labels = labelsOf('tags', JSON.parse('{"tags":{"__proto__":"x","constructor":"c"}}') as object);
    expect(JSON.stringify(labels)).toBe('{"constructor":"c"}');
    expect(Object.getPrototypeOf(labels)).toBe(Object.prototype);
  });
});

describe('what people are shown', () => {
  const shown = (more: MappingFile, body: object) => read({ key: 'k', state: 'firing', ...more }, body).alerts[0]!;
  test('a title is one short line, without half a character', () => {
    const { title } = shown({ title: '{t}' }, { t: `a\u0000b\nc\u2028d\ud800e` });
    expect(title).toBe('a b c de');
    expect(shown({ title: '{t}' }, { t: 'x'.repeat(199) + '🔥' }).title).toBe('x'.repeat(199));
  });
  test('without a title, the identity is the title', () => expect(shown({ title: '{t}' }, {}).title).toBe('k'));
  test.each([
    ['https://x.example/a?b=c#d', true],
    ['http://127.0.0.1:3000/', true],
    ['https://x.example/people/@ana', true],
    ['https://x.example@evil.example/', false],
    ['https://name:word@x.example/', false],
    ['javascript:alert(1)', false],
    ['https://', false],
    ['https://x.example/<script>', false],
    ['https://x.example/a b', false],
    [`https://x.example/${'a'.repeat(2_048)}`, false],
    ['ftp://x.example', false],
    ['//x.example', false],
  ])('%s is a link: %s', (url, isLink) => {
    const { links, runbook } = shown({ links: { There: '{u}' }, runbook: '{u}' }, { u: url });
    expect([links.length === 1, runbook !== undefined]).toEqual([isLink, isLink]);
  });
});

describe('a JSON text within the body', () => {
  const file: MappingFile = { ...simple, open: 'Message' };
  test('is read; without it the body itself is', () => {
    expect(saysOf(read(file, { Message: '{"id":1,"state":"bad"}' }))).toBe('firing');
    expect(saysOf(read(file, { id: 1, state: 'good' }))).toBe('resolved');
    expect(saysOf(read(file, { Message: 'not JSON', id: 1, state: 'good' }))).toBe('resolved');
  });
});

describe('a long identity', () => {
  test('keeps its beginning, and two of them stay two', () => {
    const [one, other] = ['a', 'b'].map((end) => shortKey('k'.repeat(300) + end));
    expect([one!.length, other!.length]).toEqual([255, 255]);
    expect(one).not.toBe(other);
    expect(shortKey('k'.repeat(255))).toBe('k'.repeat(255));
  });
  test('is the same each time, and never longer than 255', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 250, maxLength: 600, unit: 'binary' }), (key) => {
        expect(shortKey(key)).toBe(shortKey(key));
        expect(shortKey(key).length).toBeLessThanOrEqual(255);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a word that shows nothing', () => {
  test.each(['\u0000', ' \u0007 ', '\ud800', '\u2028'])('%j is no identity and no title', (nothing) => {
    const map = (body: object) => mapAlerts(presetMapping('generic')!, 'x', body, {}, t0);
    expect(map({ key: nothing, title: 'Disk full' })).toMatchObject({ alerts: [{ title: 'Disk full' }] });
    expect(map({ key: 'disk', title: nothing })).toMatchObject({ alerts: [{ key: 'disk', title: 'disk' }] });
    expect(map({ key: nothing, title: nothing })).toMatchObject({ alerts: [], unread: [{}] });
  });
});

describe('hostile payloads', () => {
  const mappings = alertPresets.map((name) => [name, presetMapping(name)!] as const);
  const one = (value: string) => value === cut(value, value.length) && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value);
  function isSound({ alerts, groups, unread }: Mapped): void {
    for (const { key, title, services, severity = '', links, labels, text = '', by = [] } of alerts) {
      expect(key.length).toBeGreaterThan(0);
      expect(key.length).toBeLessThanOrEqual(255);
      expect([title, severity, ...by, ...services, ...Object.keys(labels), ...Object.values(labels)].every(one)).toBe(
        true,
      );
      expect(title.length <= 200 && text.length <= 1_000 && links.length <= 5).toBe(true);
      expect(Object.keys(labels).length).toBeLessThanOrEqual(40);
    }
    for (const { group, leftOut } of groups) expect([group.length <= 255, leftOut >= 0]).toEqual([true, true]);
    for (const { title, because } of unread) expect([one(title), because.length <= 400]).toEqual([true, true]);
  }

  test('any JSON value gives alerts that are sound, or none, by every preset', () => {
    fc.assert(
      fc.property(hostileJson, hostileJson, (json, other) => {
        const body: unknown = JSON.parse(json);
        const around = { alias: JSON.parse(other) as unknown, action: 'create' };
        for (const [, preset] of mappings) isSound(mapAlerts(preset, 'x', body, around, t0));
      }),
      { numRuns: 150 },
    );
  });

  test('the fields that presets ask for, with anything in them', () => {
    const fields = [
      'labels',
      'annotations',
      'status',
      'alerts',
      'state',
      'key',
      'title',
      'id',
      'payload',
      'event',
      'data',
      'tags',
    ];
    const value = fc.oneof(
      hostileJson,
      fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
    );
    const body = fc
      .array(fc.tuple(fc.constantFrom(...fields), value), { maxLength: 6 })
      .map((entries) => `{${entries.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`);
    const bodies = fc.oneof(
      body,
      body.map((json) => `{"alerts":[${json}],"groupKey":${json}}`),
      body.map((json) => `[${json}]`),
    );
    fc.assert(
      fc.property(bodies, (json) => {
        for (const [, preset] of mappings) isSound(mapAlerts(preset, 'x', JSON.parse(json), {}, t0));
      }),
      { numRuns: 300 },
    );
  });

  // Each is about the largest that the API reads.
  const mega = 'x'.repeat(1_000_000);
  const huge: readonly (readonly [string, () => unknown])[] = [
    ['100,000 entries', () => ({ alerts: Array<object>(100_000).fill({}) })],
    ['100,000 alerts without anything', () => Array<number>(100_000).fill(1)],
    ['nesting of 100,000', () => JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown],
    [
      '100,000 labels',
      () => ({ alerts: [{ labels: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [i, i])) }] }),
    ],
    [
      'a title of a megabyte',
      () => ({ status: 'firing', key: mega, title: mega, description: mega, labels: { a: mega } }),
    ],
    [
      'blanks of a megabyte',
      () => ({ status: 'firing', title: ' '.repeat(1_000_000) + 'x', key: `a${'\n'.repeat(900_000)}b` }),
    ],
    [
      'pairs of a megabyte',
      () => ({ alert_transition: 'Triggered', alert_cycle_key: '1', tags: 'a:b,'.repeat(250_000) }),
    ],
    ['an address of a megabyte', () => ({ key: 'k', url: `https://${mega}`, runbook: `https://x/${mega}` })],
    [
      '2,000 alerts beside a megabyte',
      () => ({
        externalURL: mega,
        groupKey: mega,
        alerts: Array<object>(2_000).fill({ status: 'firing', fingerprint: 'f' }),
      }),
    ],
    [
      'digits of a megabyte',
      () => ({ key: 'k', startsAt: '1'.repeat(1_000_000), endsAt: `2026-01-01T00:00:00.${'1'.repeat(900_000)}Z` }),
    ],
  ];
  test.each(huge)('%s gives alerts that are sound, by any preset', (_, body) => {
    const value = body();
    for (const [, preset] of mappings) isSound(mapAlerts(preset, 'x', value, {}, t0));
  });

  test('of a long list no more is read than a request may hold', () => {
    const read = new Set<string>();
    const list = new Proxy(Array<object>(100_000).fill({ status: 'firing', fingerprint: 'f' }), {
      get: (target, name, receiver) => {
        if (/^\d+$/.test(String(name))) read.add(String(name));
        return Reflect.get(target, name, receiver) as unknown;
      },
    });
    expect(mapAlerts(presetMapping('alertmanager')!, 'x', { alerts: list }, {}, t0).alerts).toHaveLength(mostInRequest);
    expect(read.size).toBe(mostInRequest);
  });
});
