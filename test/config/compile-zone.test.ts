/** The compiled clock changes of a zone do not depend on the day on which they are compiled. */
import type * as CompileZone from '../../src/config/compile/zone';

const dayMs = 86_400_000;
const from = Date.parse('2026-09-01T00:00:00Z');
const zones = [
  ...['Europe/Athens', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago', 'Africa/Casablanca'],
  ...['Asia/Kolkata', 'Pacific/Apia', 'America/Sao_Paulo', 'Europe/Istanbul', 'UTC'],
];

afterEach(() => jest.useRealTimers());

/** The result of a freshly loaded module, which has looked up nothing before, on this day. */
function compiledOn(today: string): unknown[] {
  jest.useFakeTimers({ now: Date.parse(today) });
  let compiled: unknown[] = [];
  jest.isolateModules(() => {
    const { compileZone } = jest.requireActual<typeof CompileZone>('../../src/config/compile/zone');
    compiled = zones.map((zone) => compileZone(zone, from, from + 1_200 * dayMs));
  });
  return compiled;
}

test.each(['2020-02-29', '2026-12-24T23:59:59Z', '2028-02-29', '2031-01-01', '2050-06-15'])(
  'on %s every zone has the clock changes that it had on another day',
  (today) => {
    const usual = compiledOn('2026-11-28');
    expect(usual).toContainEqual(
      expect.objectContaining({
        zone: 'Europe/Athens',
        transitions: expect.arrayContaining([
          { at: Date.parse('2027-03-28T01:00:00Z'), offset: 3 * 3_600_000 },
        ]) as unknown,
      }),
    );
    expect(compiledOn(today)).toEqual(usual);
  },
);
