/** `muster changes`, and what an incident shows of the latest changes of its services. */
import { changesToReview, recentChangeLines } from '../../src/cli/render/change-lines';
import { openItemLines } from '../../src/cli/render/checklist-lines';
import type { PhaseView, ProcessView } from '../../src/contracts/view';
import { changePageSchema, type ChangePage } from '../../src/contracts/view';
import { openFront, type Front } from './front';
import { start } from './muster';

const now = Date.parse('2026-12-07T08:10:00.000Z');
const at = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
type Recent = NonNullable<ProcessView['recentChanges']>;
const change = (title: string, more: Partial<Recent['shown'][number]> = {}): Recent['shown'][number] => ({
  ...{ at: at(5), kind: 'changed', source: 'ci', title, services: ['payments'] },
  ...more,
});
const rollBack = 'muster roll-back REL-2026-12-01-001 "for INC-2026-12-07-001"';
const released = change('Payments 2.14', { kind: 'deployed', release: 'REL-2026-12-01-001', by: 'jonas', rollBack });
const layout = { style: (_: string, text: string) => text, width: 78, wide: false };
const viewOf = (recentChanges: Recent | undefined) => ({ recentChanges }) as ProcessView;

describe('on the page of an incident', () => {
  test('each change with its facts, and how a release is taken back on a line of its own', () => {
    const view = viewOf({ more: 0, shown: [released, change('Flag on\u001b[2J', { url: 'https://flags.example/7' })] });
    const lines = recentChangeLines(view, now, layout);
    expect(lines[0]).toBe('RECENT CHANGES');
    expect(lines[1]).toMatch(/^ {2}[\d:]+ deployed: Payments 2.14 \(payments, REL-2026-12-01-001, by jonas, 5m/);
    expect(lines).toContain(`    take it back: ${rollBack}`);
    expect(lines).toContain('    https://flags.example/7');
    expect(lines.join('')).not.toContain('\u001b');
    expect(recentChangeLines(viewOf(undefined), now, layout)).toEqual([]);
  });

  test('of many, five are shown and the rest is counted; all with -o wide', () => {
    const view = viewOf({ more: 4, shown: Array.from({ length: 20 }, (_, index) => change(`c${index}`)) });
    expect(recentChangeLines(view, now, layout).at(-1)).toBe('  and 19 more');
    expect(recentChangeLines(view, now, { ...layout, wide: true }).at(-1)).toBe('  and 4 more');
  });

  test('the newest three stand under the item of the checklist that asks to review them', () => {
    const view = viewOf({ more: 0, shown: [released, ...['a', 'b', 'c'].map((title) => change(title))] });
    const items = [
      { id: 'timeline', text: 'Timeline established', status: 'open', required: true },
      { id: 'changes', text: 'Recent changes reviewed', status: 'open', required: true, shows: 'recent-changes' },
    ];
    const groups = [{ id: 'first', name: 'First', items }];
    const phase = { id: 'assessment', name: 'Assessment', status: 'open', late: false, dueAt: at(-5), groups };
    const under = { 'recent-changes': changesToReview(view, now, layout) };
    const lines = openItemLines([phase as PhaseView], layout, under);
    expect(lines.slice(2).map((line) => line.replace(/[\d:]{5}/, 'hh:mm'))).toEqual([
      '    timeline   Timeline established',
      '    changes    Recent changes reviewed',
      '      hh:mm deployed: Payments 2.14',
      `        ${rollBack}`,
      '      hh:mm changed: a',
      '      hh:mm changed: b',
    ]);
  });
});

describe('muster changes', () => {
  let front: Front;
  beforeEach(async () => (front = await openFront()));
  afterEach(() => front.close());
  const muster = (...argv: string[]) => start(argv, { env: { MUSTER_URL: front.url } }).ended;

  test('lists them with their reasons, asks as it was told, and says how the next page is read', async () => {
    const { rollBack: _, ...row } = released;
    const refused = { ...row, kind: 'check' as const, title: 'Tests #7', because: 'unknown check' };
    const page: ChangePage = { items: [row, refused], next: 'abc' };
    front.queue.push({ status: 200, body: changePageSchema.parse(page) });
    const { code, out, err } = await muster('changes', '--service', 'payments', '--since', '7d', '--limit', '2');
    expect(front.seen[0]?.path).toBe('/v1/changes?service=payments&since=7d&limit=2');
    expect([code, err]).toEqual([0, 'more: --cursor abc\n']);
    expect(out).toMatch(/AT +WHAT +SERVICE +RELEASE +TITLE\n/);
    expect(out).toMatch(/deployed +payments +REL-2026-12-01-001 +Payments 2.14/);
    expect(out).toMatch(/check refused +payments .* Tests #7: unknown/);
  });

  test('says at its end since when it has all, and not before its end', async () => {
    const { rollBack: _, ...row } = released;
    const page: ChangePage = { items: [row], next: null, completeSince: '2026-12-01T09:00:00.000Z' };
    front.queue.push({ status: 200, body: changePageSchema.parse(page) });
    expect((await muster('changes')).err).toBe(
      'changes before Tue 1 Dec 09:00 may be missing: at most 1,000 are kept, and 200 of one service\n',
    );
    front.queue.push({ status: 200, body: { ...page, next: 'abc' } });
    expect((await muster('changes')).err).toBe('more: --cursor abc\n');
  });

  test('says so when there are none', async () => {
    front.queue.push({ status: 200, body: { items: [], next: null } });
    const { code, out, err } = await muster('changes');
    expect([code, out, err]).toEqual([0, '', 'no changes\n']);
  });

  test('a release is rolled back without its noun, as every list says', async () => {
    front.queue.push({ status: 200, body: { id: 'REL-2026-12-01-001', revision: 9, changes: ['Rolled back'] } });
    const { code } = await muster('roll-back', 'REL-2026-12-01-001', 'for INC-2026-12-07-001', '--as', 'jonas');
    expect(code).toBe(0);
    expect(front.seen[0]).toMatchObject({
      path: '/v1/releases/REL-2026-12-01-001/roll-back',
      body: { reason: 'for INC-2026-12-07-001' },
    });
  });
});
