/** The log of changes: each message once, for 30 days, within limits, and nothing restricted. */
import fc from 'fast-check';
import {
  askedOf,
  notAsked,
  completeSaid,
  completeSince,
  emptyChangeLog,
  recentByService,
  recentChanges,
  refused,
  releaseMeant,
  takeSaid,
  takeWord,
  tidied,
  withoutRelease,
  type Change,
  type ChangeLog,
  type ReleaseWord,
  type SaidChange,
} from '../../src/domain';
import { joinedChanges, mostListed } from '../../src/domain/changes/recent';
import { sameVersion } from '../../src/domain/changes/meant';
import { changeWords, rollBackWord } from '../../src/domain/changes/words';
import { bytesOf } from '../../src/domain/text/bytes';
import { t0 } from '../support/policy';

const day = 86_400_000;
const rel = 'REL-2026-12-01-001';
const change = (id: string, more: Partial<Change> = {}): Change => ({
  id: `github/${id}`,
  at: t0,
  kind: 'deployed',
  source: 'github',
  title: `${id} to production`,
  services: ['payments'],
  ...more,
});
const said = (id: string, more: Partial<SaidChange> = {}, its: Partial<Change> = {}): SaidChange => ({
  change: change(id, its),
  receivedAt: t0,
  releases: [],
  may: ['report-check', 'mark-deployed'],
  ...more,
});
const ids = (log: ChangeLog) => log.changes.map(({ id }) => id);
const own = (kind: 'deploying' | 'deployed' | 'rolled-back', more: Partial<Change> = {}): ReleaseWord => ({
  do: 'record',
  change: change(kind, { id: `${rel}-3f2a/${kind}`, kind, source: 'muster', release: rel, ...more }),
});
const tell = (log: ChangeLog, ...words: ReleaseWord[]) => words.reduce((one, word) => takeWord(one, word, t0), log);

describe('since when the log has all', () => {
  const logOf = (count: number, services: (index: number) => string[]) => {
    const changes = Array.from({ length: count }, (_, index) =>
      change(`c${index}`, { at: t0 + index, services: services(index) }),
    );
    return tidied({ ...emptyChangeLog, changes }, t0 + count);
  };
  test('is not said while nothing gave way', () => {
    expect(completeSince(emptyChangeLog)).toBeUndefined();
    expect(completeSince(logOf(199, () => ['payments']))).toBeUndefined();
  });
  test('is the earliest that is kept of a busy service, for that service and for all', () => {
    const log = logOf(300, (index) => [index % 3 === 0 ? 'web' : 'payments']);
    expect(
      completeSince(
        logOf(250, () => ['payments']),
        'payments',
      ),
    ).toBe(t0 + 50);
    expect(completeSince(log, 'payments')).toBe(t0 + 1);
    expect(completeSince(log)).toBe(t0 + 1);
    expect(completeSince(log, 'web')).toBeUndefined();
  });
  test('is the earliest of all where the whole log is full', () => {
    const log = logOf(1_100, (index) => [`s${index % 10}`]);
    expect([completeSince(log), completeSince(log, 's3')]).toEqual([t0 + 100, t0 + 100]);
  });
});

describe('what tools say', () => {
  test('a change that is for no release is kept at once, and once', () => {
    const log = takeSaid(emptyChangeLog, [said('a'), said('a'), said('b')], t0);
    expect(ids(takeSaid(log, [said('b')], t0 + day))).toEqual(['github/a', 'github/b']);
    expect(log.outbox).toEqual([]);
  });

  test('one that a release took is remembered, and not kept: the release tells it by itself', () => {
    const asked = said('a', { releases: [rel] });
    const log = takeSaid(emptyChangeLog, [asked], t0);
    expect(log.outbox.map((one) => one.said)).toEqual([asked]);
    expect(takeSaid(log, [asked], t0).outbox).toHaveLength(1);
    const taken = completeSaid(log, 1, { type: 'taken', release: rel }, t0);
    expect(takeSaid(taken, [asked], t0 + day)).toBe(taken);
    expect(taken).toMatchObject({ changes: [], outbox: [] });
  });

  test('one that was refused is kept, with the release and the reason', () => {
    const log = takeSaid(emptyChangeLog, [said('a', { releases: [rel] })], t0);
    const kept = completeSaid(log, 1, { type: 'kept', release: rel, because: 'start the deployment first' }, t0);
    expect(kept.changes).toEqual([change('a', { release: rel, because: 'start the deployment first' })]);
    expect(completeSaid(kept, 1, { type: 'kept' }, t0)).toBe(kept);
    const failed = completeSaid(log, 1, { type: 'failed', because: 'the activity is gone' }, t0);
    expect(failed.changes).toMatchObject([{ because: 'the activity is gone' }]);
  });

  test('a check that means no release leaves no trace; one that was refused does', () => {
    const check = { name: 'unit-tests', result: 'fail' } as const;
    const log = takeSaid(emptyChangeLog, [said('a', { check }, { kind: 'check', version: 'main' })], t0);
    expect(completeSaid(log, 1, { type: 'kept' }, t0).changes).toEqual([]);
    expect(completeSaid(log, 1, { type: 'kept', because: 'several releases are main' }, t0).changes).toHaveLength(1);
  });

  test('of very many at once the rest is kept without asking a release', () => {
    const many = Array.from({ length: 300 }, (_, index) => said(`${index}`, { releases: [rel] }));
    const log = takeSaid(emptyChangeLog, many, t0);
    expect([log.outbox.length, log.changes.length]).toEqual([200, 100]);
    expect(log.changes[0]?.because).toBe('too many came at once, so that no release was told');
  });
});

describe('a message to which its sender gives no identity', () => {
  const minute = 60_000;
  let count = 0;
  const heard = (content: string, receivedAt: number, more: Partial<SaidChange> = {}, its: Partial<Change> = {}) =>
    said(`${content}/${(count += 1)}`, { content, receivedAt, ...more }, its);
  const asked = (log: ChangeLog) => log.outbox.map((one) => one.said.content);

  test('is a repeat within two minutes, and news after them', () => {
    const nightly = (at: number) => heard('reindex', at, {}, { kind: 'changed' });
    let log = takeSaid(emptyChangeLog, [nightly(t0), nightly(t0 + minute)], t0 + minute);
    expect(log.changes).toHaveLength(1);
    log = takeSaid(log, [nightly(t0 + day)], t0 + day);
    expect(log.changes).toHaveLength(2);
  });

  test('a check that passes, fails and passes says three things, and a retry of the last one nothing', () => {
    const check = (result: 'pass' | 'fail', at: number) =>
      heard(result, at, { releases: [rel], check: { name: 'smoke', result } }, { kind: 'check' });
    const log = takeSaid(
      emptyChangeLog,
      [check('pass', t0), check('fail', t0 + 1_000), check('pass', t0 + 2_000), check('pass', t0 + 3_000)],
      t0 + 3_000,
    );
    expect(asked(log)).toEqual(['pass', 'fail', 'pass']);
  });

  test('what was refused is asked again, and stands there once for one reason', () => {
    const deployed = (at: number) => heard('deployed', at, { releases: [rel] });
    const refusal = { type: 'kept', release: rel, because: 'start the deployment first' } as const;
    let log = completeSaid(takeSaid(emptyChangeLog, [deployed(t0)], t0), 1, refusal, t0);
    log = takeSaid(log, [deployed(t0 + 5_000), deployed(t0 + 6_000)], t0 + 6_000);
    expect(asked(log)).toEqual(['deployed']);
    log = completeSaid(log, 2, refusal, t0 + 6_000);
    expect(log.changes).toHaveLength(1);
    log = takeSaid(log, [deployed(t0 + 20_000)], t0 + 20_000);
    log = completeSaid(log, 3, { type: 'taken', release: rel }, t0 + 20_000);
    expect(takeSaid(log, [deployed(t0 + 30_000)], t0 + 30_000)).toBe(log);
  });

  test('never makes the log grow beyond its limit', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => heard(`${index}`, t0, {}, { kind: 'changed' }));
    expect(takeSaid(emptyChangeLog, many, t0).heard).toHaveLength(500);
  });
});

describe('what is kept', () => {
  test('is in the order in which it happened, for 30 days', () => {
    const log = takeSaid(
      emptyChangeLog,
      [said('b', {}, { at: t0 - day }), said('c'), said('a', {}, { at: t0 - 2 * day })],
      t0,
    );
    expect(ids(log)).toEqual(['github/a', 'github/b', 'github/c']);
    expect(ids(tidied(log, t0 + 28 * day))).toEqual(['github/b', 'github/c']);
    expect(ids(tidied(log, t0 + 30 * day - 1))).toEqual(['github/c']);
    expect(ids(tidied(log, t0 + 30 * day))).toEqual([]);
  });

  test('a busy service displaces its own changes, and no other', () => {
    const busy = Array.from({ length: 500 }, (_, index) =>
      said(`w${index}`, {}, { services: ['web'], at: t0 + index }),
    );
    const log = takeSaid(emptyChangeLog, [said('calm'), ...busy], t0 + day);
    expect(log.changes).toHaveLength(201);
    expect(ids(log).slice(0, 2)).toEqual(['github/calm', 'github/w300']);
  });

  test('never grows beyond what a run may hand over, whatever comes', () => {
    const words: SaidChange[] = Array.from({ length: 3_000 }, (_, index) =>
      said(
        `${index}`,
        {},
        { services: [`s${index % 900}`], title: 'ü'.repeat(160), url: 'ü'.repeat(400), at: t0 + index },
      ),
    );
    const log = takeSaid(emptyChangeLog, words, t0 + day);
    expect(bytesOf(log)).toBeLessThan(1.5 * 1024 * 1024);
    expect(ids(log).at(-1)).toBe('github/2999');
    expect(bytesOf(recentByService(log, t0 + day))).toBeLessThan(512 * 1024);
  });

  test('does not depend on order or repeats of messages', () => {
    const messages = Array.from({ length: 12 }, (_, index) => said(`${index}`, {}, { at: t0 - index * 3 * day }));
    const sorted = (log: ChangeLog) => [...ids(log)].sort();
    const once = sorted(takeSaid(emptyChangeLog, messages, t0));
    const shuffled = fc.shuffledSubarray([...messages, ...messages], { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(shuffled, (order) => {
        expect(sorted(takeSaid(emptyChangeLog, order, t0))).toEqual(once);
      }),
    );
  });
});

describe('what releases tell', () => {
  test('a release that was rolled back, or is over, cannot be rolled back any more', () => {
    const deployed = tell(emptyChangeLog, own('deployed'), own('deployed'));
    expect(deployed.changes).toHaveLength(1);
    expect(deployed.changes[0]).not.toHaveProperty('ended');
    expect(tell(deployed, own('rolled-back')).changes).toMatchObject([
      { kind: 'deployed', ended: true },
      { kind: 'rolled-back' },
    ]);
    expect(tell(deployed, { do: 'end', release: rel }).changes).toMatchObject([{ ended: true }]);
  });

  test.each<[string, ReleaseWord]>([
    ['rolled back', own('rolled-back')],
    ['over', { do: 'end', release: rel }],
  ])('nor one of which is heard that it is %s before that it was deployed', (_, word) => {
    const log = tell(emptyChangeLog, word, own('deployed'));
    expect(log.changes.find(({ kind }) => kind === 'deployed')).toMatchObject({ ended: true });
  });

  test('that it is being deployed is said until it is deployed or taken back, in whichever order the words come', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray<ReleaseWord>(
          [own('deploying'), own('deployed'), own('rolled-back'), { do: 'end', release: rel }],
          {
            minLength: 1,
          },
        ),
        (words) => {
          const { changes } = tell(emptyChangeLog, ...words, ...words);
          const kinds = words.flatMap((word) => (word.do === 'record' ? [word.change.kind] : []));
          const isDone = kinds.includes('deployed') || kinds.includes('rolled-back');
          expect(changes.map(({ kind }) => kind).sort()).toEqual(
            kinds.filter((kind) => kind !== 'deploying' || !isDone).sort(),
          );
          const isOver = kinds.includes('rolled-back') || words.some((word) => word.do === 'end');
          for (const one of changes) if (one.kind !== 'rolled-back') expect(one.ended).toBe(isOver || undefined);
        },
      ),
    );
  });

  test('what is remembered of releases that are over has an end', () => {
    const words = Array.from({ length: 500 }, (_, index): ReleaseWord => ({ do: 'end', release: `REL-${index}` }));
    expect(bytesOf(tell(emptyChangeLog, ...words))).toBeLessThan(10_000);
  });

  test('R37: a reason that names a release goes with it, whether it came before or after', () => {
    const because = `several releases are 2.14.0: REL-2026-12-01-0011, ${rel}`;
    const asked = takeSaid(emptyChangeLog, [said('a', {}, { version: '2.14.0' })], t0);
    const keep = (log: ChangeLog) => completeSaid(log, 1, { type: 'kept', because }, t0);
    const withdraw = (log: ChangeLog, release: string) => tell(log, { do: 'withdraw', release });
    const unnamed = [change('a', { version: '2.14.0' })];
    expect(withdraw(keep(asked), rel).changes).toEqual(unnamed);
    expect(keep(withdraw(asked, rel)).changes).toEqual(unnamed);
    expect(withdraw(keep(asked), 'REL-2026-12-01-00').changes).toMatchObject([{ because }]);
  });

  test('R37: of one that is restricted later nothing stays, in whichever order the words come', () => {
    const byTool = completeSaid(
      takeSaid(emptyChangeLog, [said('a', { releases: [rel] })], t0),
      1,
      { type: 'kept', release: rel, because: 'no' },
      t0,
    );
    for (const words of [
      [own('deployed'), { do: 'withdraw', release: rel }] as const,
      [{ do: 'withdraw', release: rel }, own('deployed')] as const,
    ]) {
      const log = tell(byTool, ...words);
      expect(log.changes).toEqual([change('a')]);
      expect(JSON.stringify(log.changes)).not.toContain(rel);
    }
  });
});

describe('R37: a release that everybody may see again', () => {
  const withdraw: ReleaseWord = { do: 'withdraw', release: rel, of: 3 };
  const reveal: ReleaseWord = { do: 'reveal', release: rel, of: 5 };
  const kinds = (...words: ReleaseWord[]) => tell(emptyChangeLog, ...words).changes.map(({ kind }) => kind);
  test('is heard from then on, and not of what it said before', () => {
    expect(kinds(own('deploying'), withdraw, reveal)).toEqual([]);
    expect(kinds(own('deploying'), withdraw, reveal, own('deployed'))).toEqual(['deployed']);
    expect(kinds(withdraw, reveal, { ...withdraw, of: 7 }, own('deployed'))).toEqual([]);
  });

  test('also when its words overtake each other, and of a release of a build before', () => {
    expect(kinds(reveal, withdraw, own('deployed'))).toEqual(['deployed']);
    expect(kinds(reveal, { ...withdraw, of: 7 }, reveal, own('deployed'))).toEqual([]);
    expect(kinds(reveal, { do: 'withdraw', release: rel }, own('deployed'))).toEqual([]);
  });

  test('property: in whichever order its words come, the latest says whether it is heard', () => {
    const words = fc.uniqueArray(fc.record({ of: fc.nat(50), hides: fc.boolean() }), { selector: ({ of }) => of });
    fc.assert(
      fc.property(words, (all) => {
        const told = all.map(({ of, hides }): ReleaseWord => ({ do: hides ? 'withdraw' : 'reveal', release: rel, of }));
        const latest = all.reduce((one, other) => (other.of > one.of ? other : one), { of: -1, hides: false });
        expect(kinds(...told, own('deployed'))).toEqual(latest.hides ? [] : ['deployed']);
      }),
    );
  });

  test('is remembered within a limit', () => {
    const many = Array.from({ length: 500 }, (_, index): ReleaseWord => ({ ...reveal, release: `REL-${index}` }));
    expect(bytesOf(tell(emptyChangeLog, ...many))).toBeLessThan(10_000);
  });
});

describe('which release is meant', () => {
  const running = (id: string, more: object = {}) => ({
    ...{ id, status: 'deploying', version: '2.14.0', services: ['payments'], drill: false },
    ...more,
  });
  const v = (version: string, more: Partial<SaidChange> = {}) => said('a', more, { version });

  test.each([
    ['the one that is named', v('9', { releases: [rel] }), [], { release: rel }],
    [
      'none, of two that are named',
      said('a', { releases: [rel, 'REL-2'] }),
      [],
      { release: null, because: `it names several releases: ${rel}, REL-2` },
    ],
    [
      'the only one of the version',
      v('v2.14.0'),
      [running('REL-1'), running('REL-2', { version: '2.15' })],
      { release: 'REL-1' },
    ],
    [
      'none, of two of the version',
      v('2.14.0'),
      [running('REL-1'), running('REL-2')],
      { release: null, because: 'several releases are 2.14.0: REL-1, REL-2' },
    ],
    ['none of another service', v('2.14.0'), [running('REL-1', { services: ['web'] })], { release: null }],
    ['no drill', v('2.14.0'), [running('REL-1', { drill: true })], { release: null }],
    ['R37: no restricted one', v('2.14.0'), [running('REL-1', { restricted: { to: ['ana'] } })], { release: null }],
    ['none without a version', said('a'), [running('REL-1')], { release: null }],
  ])('%s', (_, message, releases, expected) => {
    expect(releaseMeant(message, releases)).toEqual(expected);
  });

  test('none, where more releases are running than could be looked at', () => {
    expect(releaseMeant(v('2.14.0'), [running('REL-1')], true)).toEqual({
      release: null,
      because: 'too many releases of its services are running to find the one by 2.14.0; name the release',
    });
  });

  test('versions are the same with and without the words of a tag', () => {
    for (const same of ['v2.14.0', 'V2.14.0', 'refs/tags/v2.14.0', 'release/2.14.0', 'refs/heads/release/2.14.0'])
      expect(sameVersion(same, '2.14.0')).toBe(true);
    for (const other of ['2.14', '2.14.0-rc1', 'victor', 'x2.14.0']) expect(sameVersion(other, '2.14.0')).toBe(false);
  });

  test('a source does to it only what it may', () => {
    const check = { name: 'smoke', result: 'pass' } as const;
    expect(askedOf(said('a'))?.name).toBe('mark-deployed');
    expect(askedOf(said('a', { may: ['report-check'] }))).toBeUndefined();
    expect(askedOf(said('a', { check }))?.name).toBe('report-check');
    expect(askedOf(said('a', { check, may: ['mark-deployed'] }))).toBeUndefined();
    expect(askedOf(said('a', {}, { kind: 'deployment-failed' }))).toBeUndefined();
  });

  test('that a source may not do what its message asks for is said', () => {
    const check = { name: 'smoke', result: 'pass' } as const;
    expect(notAsked(said('a', { check, may: ['mark-deployed'] }))).toBe('the source may not report-check');
    expect(notAsked(said('a', { may: ['report-check'] }))).toBe('the source may not mark-deployed');
    expect(notAsked(said('a', {}, { kind: 'deployment-failed' }))).toBeUndefined();
  });

  test('a time in whole seconds means that second to its end', () => {
    expect(askedOf(said('a', { receivedAt: t0 + 5_000 }))?.body).toEqual({ at: new Date(t0 + 999).toISOString() });
    expect(askedOf(said('a', { receivedAt: t0 + 400 }))?.body).toEqual({ at: new Date(t0 + 400).toISOString() });
  });
});

describe('a refusal', () => {
  const wrongPhase = { reason: 'not-deploying', message: 'start the deployment first' };
  test('is kept with its reason', () => {
    expect(refused(rel, wrongPhase, change('a'), { status: 'ready' })).toEqual({
      type: 'kept',
      release: rel,
      because: 'start the deployment first',
    });
  });
  test('is none when the release knows already that it is deployed', () => {
    const deployed = { status: 'monitoring', deployedAt: '2026-12-07T08:00:00Z' };
    expect(refused(rel, wrongPhase, change('a'), deployed)).toEqual({ type: 'taken', release: rel });
    expect(refused(rel, wrongPhase, change('a'), { ...deployed, status: 'rolled-back' })).toMatchObject({
      type: 'kept',
    });
  });
  test('R37: says nothing of a restricted release, whatever the reason', () => {
    const quiet = { type: 'kept', because: 'there is no release of that id' };
    expect(refused(rel, { reason: 'restricted', message: 'x' }, change('a'), undefined)).toEqual(quiet);
    const restricted = { status: 'ready', restricted: { to: ['ana'] } };
    expect(refused(rel, { reason: 'malformed', message: 'known are secret-check' }, change('a'), restricted)).toEqual(
      quiet,
    );
  });
});

describe('what an incident is told', () => {
  const log = takeSaid(
    emptyChangeLog,
    [
      said('old', {}, { at: t0 - 7 * day }),
      said('young', {}, { at: t0 - 7 * day + 1 }),
      said('both', {}, { at: t0 - day, services: ['payments', 'web'] }),
      said('web', {}, { services: ['web'] }),
      said('check', {}, { kind: 'check' }),
      said('unread', {}, { kind: 'unread' }),
    ],
    t0,
  );
  const of = (services: string[], now = t0) =>
    recentChanges(recentByService(log, t0), services, now)?.changes.map(({ id }) => id.slice('github/'.length));

  test('the changes of its services within 7 days, the newest first, each once', () => {
    expect(of(['payments'])).toEqual(['both', 'young']);
    expect(of(['web', 'payments'])).toEqual(['web', 'both', 'young']);
    expect(of(['payments'], t0 + day)).toEqual(['both']);
    expect(of(['search'])).toBeUndefined();
    expect(of([])).toBeUndefined();
  });

  test('at most 20, and how many more there are', () => {
    const many = Array.from({ length: 30 }, (_, index) => said(`${index}`, {}, { at: t0 - index }));
    const found = recentChanges(recentByService(takeSaid(emptyChangeLog, many, t0), t0), ['payments'], t0);
    expect(found).toMatchObject({ more: 10 });
    expect(found?.changes).toHaveLength(mostListed);
    expect(found?.changes[0]?.id).toBe('github/0');
  });

  test('what is being deployed before all that happened since, and how it is taken back; once, when it is deployed', () => {
    const began = own('deploying', { id: 'github/began', at: t0 - 3 * day });
    const busy = Array.from({ length: 30 }, (_, index) => said(`${index}`, {}, { at: t0 - index }));
    const found = (...words: ReleaseWord[]) =>
      recentChanges(recentByService(takeSaid(tell(emptyChangeLog, ...words), busy, t0), t0), ['payments'], t0)!;
    const [first] = found(began).changes;
    expect(first).toMatchObject({ kind: 'deploying' });
    expect(changeWords(first!)).toContain('deployment begun');
    expect(rollBackWord(first!, 'INC-1')).toBe(`muster roll-back ${rel} "for INC-1"`);
    const over = found(began, { do: 'end', release: rel }).changes;
    expect(over.map(({ kind }) => kind)).not.toContain('deploying');
    const later = joinedChanges(found(began), found(began, own('deployed')));
    expect(later?.fresh).toMatchObject([{ kind: 'deployed', release: rel }]);
    expect(later?.all.changes.filter(({ release }) => release === rel)).toHaveLength(1);
  });

  test('what it knows already is no news', () => {
    const payments = recentChanges(recentByService(log, t0), ['payments'], t0);
    const both = recentChanges(recentByService(log, t0), ['payments', 'web'], t0);
    expect(joinedChanges(payments, payments)).toBeUndefined();
    expect(joinedChanges(payments, both)).toMatchObject({ fresh: [{ id: 'github/web' }], all: both });
  });

  test('of a deployment that its release refused no roll-back: the release was not being deployed', () => {
    const refusal = { type: 'kept', release: rel, because: 'not-deploying' } as const;
    const { changes } = completeSaid(takeSaid(emptyChangeLog, [said('a', { releases: [rel] })], t0), 1, refusal, t0);
    expect(changes).toMatchObject([{ kind: 'deployed', release: rel }]);
    expect(rollBackWord(changes[0]!, 'INC-1')).toBeUndefined();
    expect(rollBackWord(change('a', { release: rel }), 'INC-1')).toBeDefined();
  });

  test('a release that declared it by its roll-back is not offered for a roll-back', () => {
    const own = { changes: [change('a', { release: rel }), change('b')], more: 0 };
    expect(withoutRelease(own, rel)?.changes).toEqual([change('a', { release: rel, ended: true }), change('b')]);
  });
});
