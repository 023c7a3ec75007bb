/** How a page of Muster is known that a pager tells of, and who answered it there. */
import fc from 'fast-check';
import { answererOf, answersPage, pageRuling } from '../../../src/domain/alerts/own-pages';
import { shortKey } from '../../../src/domain/text/short-key';
import { ruled, type RulesInForce } from '../../../src/domain/alerts/ruling';
import { identityOf } from '../../../src/domain/state/identity';
import type { Alert, Directory } from '../../../src/domain/model';

const process = 'INC-2026-12-07-001';
const mark = '0123456789ab';

describe('a page is known by its key', () => {
  const ruling = (key: string, title = 'Checkout is down') => pageRuling({ key, title }, ['pd']);
  test.each([
    [`${process}-${mark}/response/1/1/fatima/pd`, process],
    [`${process}/event/7/fatima/pd`, process],
    [`REL-2026-12-07-1000-${mark}/phase.prepare/1/2/jonas/pd`, 'REL-2026-12-07-1000'],
    ['TEST-0a1b2c3d/event/1/fatima/pd', 'TEST'],
  ])('%s', (key, of) => expect(ruling(key)).toEqual({ do: 'page', process: of, channels: ['pd'] }));

  test.each([
    'checkout/error-ratio',
    `x${process}-${mark}/response/1/1/fatima/pd`,
    `${process}-${mark}`,
    `${process}-nothexadecim/response`,
    `${process}-${mark}0/response`,
    'inc-2026-12-07-001/response',
    'TEST-of-a-probe/1',
    '',
  ])('%j is none', (key) => expect(ruling(key)).toBeUndefined());

  test('every key that a process gives is known, however long', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('INC', 'REL'),
        fc.option(fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 12, maxLength: 12 })),
        fc.string({ maxLength: 400 }),
        (kind, itsMark, rest) => {
          const id = `${kind}-2026-12-07-001`;
          const key = shortKey(`${identityOf(itsMark === null ? { id } : { id, mark: itsMark })}/${rest}`);
          expect(ruling(key)).toMatchObject({ do: 'page', process: id });
        },
      ),
    ));

  test('a title of a page without its key opens nothing, and is shown with the reason', () =>
    expect(ruling('Q0KEY', `P1 Checkout is down (${process})`)).toMatchObject({
      do: 'unmatched',
      because: expect.stringContaining(`a page of ${process}`) as string,
    }));
});

describe('only a pager that Muster pages tells of its pages', () => {
  const alert: Alert = {
    source: 'am',
    key: `${process}-${mark}/response/1/1/fatima/pd`,
    says: 'acknowledged',
    title: 'x',
    services: ['payments'],
    links: [],
    labels: {},
  };
  const inForce = (pagesBy?: readonly string[]): RulesInForce => ({
    services: ['payments'],
    levels: ['P1'],
    sources: {
      am: { severity: 'P1', severities: {}, resolveAfterMs: 1, ...(pagesBy === undefined ? {} : { pagesBy }) },
    },
    rules: [{ name: 'rule 1', when: {}, do: 'open' }],
  });
  test('whatever the rules say', () =>
    expect(ruled(alert, inForce(['pd'])).ruling).toEqual({ do: 'page', process, channels: ['pd'] }));
  test('without a channel to it here, it is a page all the same, which nobody sent', () =>
    expect(ruled(alert, inForce([])).ruling).toEqual({ do: 'page', process, channels: [] }));
  test('a key of that form from anybody else is the key of an alert', () =>
    expect(ruled(alert, inForce()).ruling).toMatchObject({ do: 'open' }));
});

test.each([
  ['acknowledged', ['Fatima'], process, true],
  ['resolved', ['Fatima'], process, true],
  ['firing', ['Fatima'], process, false],
  ['acknowledged', [], process, false],
  ['acknowledged', undefined, process, false],
  ['acknowledged', ['Fatima'], 'REL-2026-12-07-001', false],
  ['acknowledged', ['Fatima'], 'TEST', false],
] as const)('%s by %j of %s answers: %s', (says, by, of, answers) =>
  expect(answersPage({ says, by }, of)).toBe(answers),
);

describe('who answered', () => {
  const one = (name: string, addresses?: Directory['people'][string]['addresses']): Directory['people'][string] => ({
    name,
    roles: [],
    reach: [],
    ...(addresses === undefined ? {} : { addresses }),
  });
  const people: Directory['people'] = {
    fatima: one('Fatima Haddad', { email: 'Fatima@hopngo.example', pd: 'PUSR001' }),
    omar: one('Omar Benali', { email: ['omar@hopngo.example', 'omar.b@hopngo.example'] }),
    ana: one('Ana Duarte', { email: 'shared@hopngo.example' }),
    bruno: one('Bruno Keller', { email: 'shared@hopngo.example' }),
    hana: one('Hana Novak'),
    'hana-2': one('Hana Novak'),
  };
  const key = `${process}-${mark}/response/1/1/giorgos/pd`;
  const paged = (name?: string) => ({ person: 'giorgos', ...(name === undefined ? {} : { name }) });
  test.each([
    [['fatima@HOPNGO.example'], { person: 'fatima' }],
    [['Somebody Else', 'PUSR001'], { person: 'fatima' }],
    [['omar.b@hopngo.example'], { person: 'omar' }],
    [[' omar benali '], { person: 'omar' }],
    // An address says more than a name.
    [['Omar Benali', 'PUSR001'], { person: 'fatima' }],
    [['shared@hopngo.example'], paged('shared@hopngo.example')],
    [['Hana Novak', 'PUSR009'], paged('Hana Novak')],
    [['constructor'], paged('constructor')],
    [['omar'], paged('omar')],
  ])('%j', (by, expected) => expect(answererOf({ key, by }, people)).toEqual(expected));

  test('of a key that was cut short, nobody can say to whom the page went', () => {
    const long = shortKey(`${process}-${mark}/item.${'x'.repeat(300)}/1/1/giorgos/pd`);
    expect(answererOf({ key: long, by: ['Nobody'] }, people)).toBeUndefined();
    expect(answererOf({ key: long, by: ['Fatima Haddad'] }, people)).toEqual({ person: 'fatima' });
  });
});
