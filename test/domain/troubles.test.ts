/**
 * R44: what people are told of processes that were ended in Temporal and of workflows that stand
 * still: each once, together, and at a distance.
 */
import fc from 'fast-check';
import {
  beginNotice,
  completeNotice,
  emptyTroubleLog,
  nextNoticeOf,
  noticeRecipients,
  plainRequest,
  takeTroubles,
  troubleAbout,
  troubleKey,
  troubleNotice,
  troubleText,
  type Trouble,
  type TroubleLog,
  type TroubleNotice,
} from '../../src/domain';
import { day, hour, minute, t0 } from '../support/policy';
import { directory } from '../support/story';

const process: NonNullable<Trouble['process']> = {
  kind: 'incident',
  title: 'Checkout is down',
  severity: 'P1',
  status: 'investigating',
  drill: false,
};
const trouble = (number: number, more: Partial<Trouble> = {}): Trouble => ({
  ...{ id: `INC-2026-12-07-00${number}`, what: 'terminated', at: t0, services: ['payments'], process },
  ...more,
});
const delivered = { recipient: 'fatima', kind: 'remind', channel: 'inbox', at: t0 } as const;
const noticeOf = (troubles: readonly Trouble[], further = 0): TroubleNotice => ({
  ...{ key: 'troubles/m/1', at: t0, troubles, further },
});
/** Found at t0, and told at once. */
const told = (...found: Trouble[]): TroubleLog =>
  completeNotice(beginNotice(takeTroubles(emptyTroubleLog('m'), found, t0), t0), [delivered], t0);

describe('people are told', () => {
  test('at once, of all that was found together, in one message', () => {
    const log = beginNotice(takeTroubles(emptyTroubleLog('m'), [trouble(1), trouble(2)], t0), t0);
    expect(log.telling).toMatchObject({
      key: 'troubles/m/1',
      troubles: [{ id: trouble(1).id }, { id: trouble(2).id }],
    });
    expect([log.waiting, nextNoticeOf(log)]).toEqual([[], null]);
  });

  test('of each once, however often it is found, for as long as lists speak of it', () => {
    const log = told(trouble(1));
    for (const at of [t0, t0 + hour, t0 + 8 * day]) expect(takeTroubles(log, [trouble(1), trouble(1)], at)).toBe(log);
    // Reset, and ended again.
    expect(takeTroubles(log, [trouble(1, { at: t0 + hour })], t0 + hour).waiting).toHaveLength(1);
    expect(takeTroubles(log, [trouble(1, { what: 'stands-still' })], t0 + hour).waiting).toHaveLength(1);
  });

  test('of what stands still since nobody knows when, once a day at most', () => {
    const stands = (at?: number): Trouble => {
      const { at: _, ...rest } = trouble(1, { what: 'stands-still' });
      return at === undefined ? rest : { ...rest, at };
    };
    for (const [first, then] of [
      [stands(), stands()],
      [stands(), stands(t0)],
      [stands(t0), stands()],
    ] as const) {
      const log = told(first);
      expect(takeTroubles(log, [then], t0 + day - 1)).toBe(log);
      expect(takeTroubles(log, [then], t0 + day).waiting).toEqual([then]);
    }
    const log = told(stands(t0));
    expect(takeTroubles(log, [stands(t0)], t0 + 8 * day)).toBe(log);
    expect(takeTroubles(log, [stands(t0 + minute)], t0 + minute).waiting).toHaveLength(1);
    expect(takeTroubles(log, [{ ...stands(), id: 'INC-2' }], t0).waiting).toHaveLength(1);
  });

  test('of the next ten minutes later, because an upgrade may stop many one after the other', () => {
    const log = takeTroubles(told(trouble(1)), [trouble(2)], t0 + minute);
    expect(nextNoticeOf(log)).toBe(t0 + 10 * minute);
    expect(beginNotice(log, t0 + 10 * minute - 1)).toBe(log);
    const later = takeTroubles(log, [trouble(3)], t0 + 5 * minute);
    expect(beginNotice(later, t0 + 10 * minute).telling?.troubles.map(({ id }) => id)).toEqual([
      trouble(2).id,
      trouble(3).id,
    ]);
  });

  test('again an hour later when nobody was reached, with what came since, and for a day at most', () => {
    let log = beginNotice(takeTroubles(emptyTroubleLog('m'), [trouble(1)], t0), t0);
    log = takeTroubles(log, [trouble(2)], t0 + minute);
    expect(beginNotice(log, t0 + minute)).toBe(log);
    log = completeNotice(log, [], t0 + 2 * minute);
    expect(nextNoticeOf(log)).toBe(t0 + hour + 2 * minute);
    let tries = 1;
    for (let at = nextNoticeOf(log); at !== null; at = nextNoticeOf(log), tries += 1) {
      log = beginNotice(log, at);
      expect(log.telling?.troubles).toHaveLength(2);
      log = completeNotice(log, [], at);
    }
    expect(tries).toBe(24);
  });
});

test('whatever is found, and however often, nobody is told twice of one, and what is kept is bounded', () => {
  const found = fc.array(
    fc.record({ number: fc.nat(400), at: fc.nat(3), wait: fc.nat(20 * minute), reached: fc.boolean() }),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(found, (script) => {
      let log = emptyTroubleLog('m');
      let now = t0;
      const reached: string[] = [];
      const keys = new Set<string>();
      for (const { number, at, wait, reached: isReached } of script) {
        now += wait;
        log = beginNotice(takeTroubles(log, [trouble(number, { at })], now), now);
        if (log.telling === undefined) continue;
        expect(keys.has(log.telling.key)).toBe(false);
        keys.add(log.telling.key);
        if (isReached) reached.push(...log.telling.troubles.map(troubleKey));
        log = completeNotice(log, isReached ? [delivered] : [], now);
      }
      expect(new Set(reached).size).toBe(reached.length);
      expect(log.waiting.length).toBeLessThanOrEqual(100);
      expect(log.told.length).toBeLessThanOrEqual(5);
    }),
    { numRuns: 60 },
  );
  const flood = Array.from({ length: 2_500 }, (_, number) => trouble(number));
  const log = takeTroubles(emptyTroubleLog('m'), flood, t0);
  expect([log.waiting.length, log.further, Object.keys(log.known).length]).toEqual([100, 2_400, 2_000]);
});

describe('the message', () => {
  test('names each with how, when and why, those first that nobody had answered', () => {
    expect(
      troubleText(
        noticeOf([
          trouble(1, { because: 'clean-up\nof old ones' }),
          trouble(2, { what: 'timed-out', unanswered: true, process: { ...process, drill: true } }),
          { id: 'muster-alerts', what: 'stands-still', at: t0, because: 'WorkflowTaskFailed', services: [] },
        ]),
      ),
    ).toBe(
      [
        '2 processes were ended in Temporal by no command: nobody is paged, reminded or told anything for them any more',
        'INC-2026-12-07-002 DRILL - [P1] Checkout is down (investigating): timed out at 2026-12-07 08:00 UTC, nobody had answered',
        'INC-2026-12-07-001 [P1] Checkout is down (investigating): terminated at 2026-12-07 08:00 UTC (clean-up of old ones)',
        'What still goes on has to begin anew. See one: muster incident show INC-2026-12-07-002',
        '1 workflow stands still, because the code that runs cannot go on with it: nothing is sent until it can',
        'muster-alerts: stands still since 2026-12-07 08:00 UTC (WorkflowTaskFailed)',
        'Go back to the earlier build (docs/upgrading.md). /readyz has the list under stuck',
      ].join('\n'),
    );
  });

  test('of many names ten', () => {
    const text = troubleText(
      noticeOf(
        Array.from({ length: 60 }, (_, number) => trouble(number)),
        40,
      ),
    );
    expect(text.split('\n')).toHaveLength(14);
    expect(text).toContain('and 50 more');
    expect(text).toContain('There were 40 more than Muster keeps');
  });

  test('goes to the admins, the readers of notices, whoever is on call for the services, and who has it', () => {
    const admins = ['jonas', 'hana'];
    const about = troubleAbout(
      noticeOf([trouble(1, { holder: 'hana', admins }), trouble(2, { services: ['search'], admins })]),
    );
    expect(about).toEqual({ services: ['payments', 'search'], people: ['jonas', 'hana'] });
    const people = (more?: typeof about) =>
      noticeRecipients({ to: ['nadia'], audiences: {} }, directory, t0, more).map(({ recipient }) => recipient);
    expect(people()).toEqual(['nadia']);
    expect(people(about)).toEqual(expect.arrayContaining(['nadia', 'jonas', 'hana', 'fatima']));
    expect(new Set(people(about)).size).toBe(people(about).length);
  });

  test('is a text alone that nobody can acknowledge, and pages nobody', () => {
    const to = { recipient: 'hana', kind: 'remind', channels: ['mail', 'inbox'] } as const;
    expect(plainRequest(troubleNotice(noticeOf([trouble(1)])), to, 'mail', false)).toMatchObject({
      ...{ key: 'troubles/m/1/hana/mail', kind: 'remind', notice: true, canAcknowledge: false, otherWays: true },
    });
  });
});
