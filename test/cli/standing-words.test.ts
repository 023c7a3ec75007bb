/**
 * The status of deadlines and gates in the words of the terminal: a miss or an override always
 * shows.
 */
import { gateLines } from '../../src/cli/render/checklist-lines';
import { answerLines } from '../../src/cli/render/list-lines';
import { deadlineBlock, dueLines, standing } from '../../src/cli/render/deadline-lines';
import { standingLines } from '../../src/cli/render/standing-lines';
import { noLevel } from '../../src/contracts/command-table';
import type { DeadlineView, DueRow, GateView } from '../../src/contracts/view';
import { shownProcess } from '../../src/api/present/shown';
import { viewOf } from '../../src/domain';
import { directory, release } from '../support/story';

const layout = { width: 80, wide: false, style: (_tone: unknown, text: string) => text };
const at = (minutes: number) => new Date(Date.UTC(2026, 11, 7, 8, minutes)).toISOString();
const now = Date.UTC(2026, 11, 7, 8, 30);
const deadline = (more: Partial<DeadlineView>): DeadlineView => ({
  id: 'response',
  kind: 'response',
  name: 'response',
  dueAt: at(5),
  status: 'missed',
  round: 1,
  misses: [],
  told: [],
  next: null,
  ...more,
});

test.each<[string, Partial<DeadlineView>]>([
  ['LATE by 25m', { missedAt: at(5) }],
  // The severity was lowered after the miss: `dueAt` has moved ahead, the miss has not.
  ['LATE by 25m', { missedAt: at(5), dueAt: at(60) }],
  ['met 10m LATE', { status: 'met', missedAt: at(5), metAt: at(15), dueAt: at(60) }],
  ['met', { status: 'met', metAt: at(4) }],
  ['cancelled', { status: 'cancelled', cancelledAt: at(4) }],
  ['cancelled, was missed', { status: 'cancelled', missedAt: at(5), cancelledAt: at(20) }],
])('a deadline stands as "%s"', (words, more) => {
  expect(standing(deadline(more), now)).toBe(words);
});

test('a release without levels shows none in the list of what is due (R28)', () => {
  const process: DueRow['process'] = {
    ...{ id: 'REL-2026-12-07-001', kind: 'release', title: 'Payments', severity: noLevel },
    ...{ status: 'planned', drill: false },
  };
  const rows = [{ process, ...deadline({ id: 'phase.code' }) }];
  expect(dueLines(rows, now, layout)[0]).toMatch(/phase\.code {3}REL-2026-12-07-001$/);
  expect(dueLines(rows, now, { ...layout, wide: true })[1]).toMatch(/REL-2026-12-07-001 {3}- +phase\.code/);
});

test('what was missed and then cancelled is named among what has ended', () => {
  const gone = deadline({ id: 'gate.go-no-go', status: 'cancelled', missedAt: at(5), cancelledAt: at(20) });
  expect(deadlineBlock([gone], now, layout).join('\n')).toContain('missed and cancelled: gate.go-no-go');
});

test('the decision at a gate that an incident closes is asked of nobody (R43)', () => {
  const rests = deadline({ id: 'gate.go-no-go', kind: 'gate', status: 'pending', dueAt: at(50), rests: true });
  expect(deadlineBlock([rests], now, layout).join('\n')).toContain(
    'then nobody is asked while an incident closes the gate',
  );
});

test('a release says first which incident closes its gates, and where to see it (R43)', () => {
  const incident = { id: 'INC-2026-12-07-001', severity: 'P1', since: at(20) };
  const planned = {
    ...viewOf(release('2026-12-19T10:00:00Z').state),
    closedBy: [{ ...incident, title: 'Checkout is down' }, incident],
  };
  const lines = standingLines(shownProcess(planned, directory, now), now, layout).map((line) => line.trim());
  expect(lines).toEqual(
    expect.arrayContaining([
      'Gates closed   by INC-2026-12-07-001 (P1), open since 08:20, 10m ago: Checkout',
      'see it: muster incident show INC-2026-12-07-001',
      'by INC-2026-12-07-001 (P1), open since 08:20, 10m ago',
    ]),
  );
});

test('a gate says which item was done over a failed check, by whom and why', () => {
  const gate: GateView = {
    id: 'go-no-go',
    before: 'deployment',
    decision: 'go',
    approvals: [],
    closedBecause: [],
    overFailedChecks: [
      {
        item: 'coverage',
        because: 'check code-coverage: 71 is below 80',
        reason: 'generated code',
        by: 'leila',
        at: at(20),
      },
    ],
  };
  const words = gateLines([gate], now, layout).join(' ').replace(/\s+/g, ' ');
  expect(words).toContain('OPEN');
  expect(words).toContain(
    'coverage done over a failed check (check code-coverage: 71 is below 80) by leila: generated code',
  );
});

test('an overridden gate says who passed it and why, not that it is open or closed', () => {
  const gate: GateView = {
    id: 'go-no-go',
    before: 'deployment',
    decision: 'overridden',
    overridden: { by: 'chiara', at: at(20), reason: 'hotfix' },
    approvals: [],
    closedBecause: [{ reason: 'approvals-missing', text: '0 of 2 approvals' }],
  };
  const lines = gateLines([gate], now, layout).join('\n');
  expect(lines).toContain('go-no-go   OVERRIDDEN   decision: overridden');
  expect(lines).toMatch(/by chiara at \d\d:\d\d - hotfix/);
  expect(lines).toContain('because    0 of 2 approvals');
  expect(lines).not.toMatch(/CLOSED|OPEN/);
});

test('a vote that does not bind says why, and the instant of a gate that opens later is on the clock of the reader', () => {
  const gate: GateView = {
    id: 'vote',
    before: 'publish',
    decision: 'pending',
    notBefore: at(50),
    approvals: [{ person: 'leila', decision: 'go', at: at(20), notBinding: 'leila planned this release' }],
    closedBecause: [{ reason: 'too-early', text: `not before ${at(50)}` }],
  };
  const lines = gateLines([gate], now, layout).join('\n');
  expect(lines).toMatch(/because {4}not before (\w+ )*\d\d:\d\d/);
  expect(lines).not.toContain(at(50));
  expect(lines).toMatch(/leila: go at \d\d:\d\d \(not binding: leila planned this release\)/);
});

test('a moved release is warned of a target on a bad day, with all that is against the day', () => {
  const meets = [
    { date: '2026-12-25', why: 'holiday' as const, deadline: 'target' },
    { date: '2026-12-25', why: 'freeze' as const, text: "year's end", deadline: 'target' },
  ];
  const answer = { id: 'REL-2026-12-07-001', revision: 4, changes: ['Rescheduled'], meets };
  expect(answerLines(answer, now, layout)).toContain(
    "  Beware: the target is on 2026-12-25 (holiday; freeze: year's end)",
  );
  const { meets: _none, ...without } = answer;
  expect(answerLines(without, now, layout).join()).not.toContain('Beware');
});
