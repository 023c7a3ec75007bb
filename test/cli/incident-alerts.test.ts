/** What the page of an incident says of the alerts that belong to it. */
import { incidentAlertLines } from '../../src/cli/render/incident-alert-lines';
import type { ProcessView } from '../../src/contracts/view';

const now = Date.parse('2026-12-07T08:10:00.000Z');
const at = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
type Alerts = NonNullable<ProcessView['alerts']>;
const alert = (title: string, more: Partial<Alerts['shown'][number]> = {}): Alerts['shown'][number] => ({
  ...{ id: `am/${title}`, source: 'am', title, state: 'firing', firstAt: at(9), lastAt: at(1), count: 1, links: [] },
  ...more,
});
const linesOf = (alerts: Alerts | undefined) =>
  incidentAlertLines({ alerts } as ProcessView, now, { style: (_, text) => text, width: 78, wide: false });

test('what fires comes with its facts and its runbook; what has ended is one short line', () => {
  const shown = [
    alert('Error rate above 5%', {
      ...{ severity: 'critical', service: 'payments', count: 12, flaps: true, runbook: 'https://wiki.example/errors' },
      links: [{ title: 'graph', url: 'https://graph.example/1' }],
    }),
    alert('Queue is long', { links: [{ title: 'graph', url: 'https://graph.example/2' }] }),
    alert('Disk is full\u001b[2J', { state: 'resolved', endedAt: at(3) }),
  ];
  const lines = linesOf({ all: 3, firing: 2, further: 0, shown });
  expect(lines[0]).toBe('ALERTS (2 firing, 3 in all)');
  expect(lines.join('\n')).toMatch(
    / {2}Error rate above 5% \(am critical, payments, since [\d:]+, 9m ago, said 12\n? *times, flaps\)/,
  );
  expect(lines).toContain('    runbook: https://wiki.example/errors');
  expect(lines).toContain('    graph: https://graph.example/2');
  expect(lines.join('\n')).not.toContain('graph.example/1');
  expect(lines.at(-1)).toMatch(/^ {2}ended [\d:]+ {2}Disk is full/);
  expect(lines.join('')).not.toContain('\u001b');
});

test('of many, ten are shown and the rest is counted; without alerts there is no block', () => {
  const lines = linesOf({
    ...{ all: 620, firing: 500, further: 120 },
    shown: Array.from({ length: 100 }, (_, index) => alert(`a${index}`)),
  });
  expect(lines).toHaveLength(12);
  expect(lines.at(-1)).toBe('  and 610 more, of which 120 are only counted');
  expect(linesOf({ all: 1, firing: 0, further: 0, shown: [alert('a', { state: 'resolved' })] })[0]).toBe(
    'ALERTS (none fires, 1 in all)',
  );
  expect(linesOf(undefined)).toEqual([]);
});
