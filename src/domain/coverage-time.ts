/**
 * Owns whether a ladder comes in time: the first page within the response time, the chain of a P0 as well, and what working hours make of
 * it. Knows nothing of who is on a rung (coverage.ts).
 */
import type { Severity } from '../contracts/command-table';
import { inWorkingHours, localOf } from './calendar';
import type { CoverageNotes } from './coverage-notes';
import { spansWhere, stateFor, type CoveredLadder, type CoveredRung, type Span } from './coverage-rungs';
import { rungInstants } from './ladders';
import type { CompiledCalendar, Instant, Policy } from './model';
import { firstOf, lastOf } from './wall-clock';

/** The first page comes within the response time, and for a P0 the last rung that brings in somebody new by its end. */
export function judgeResponse(
  { from, to }: Span,
  policy: Policy,
  ladder: CoveredLadder,
  isMeant: (rung: CoveredRung) => boolean,
  notes: CoverageNotes,
): void {
  for (const severity of ladder.severities) {
    const only: CoveredLadder = { ...ladder, severities: [severity] };
    const state = stateFor(policy, severity, [], from);
    const response = state.deadlines['response'];
    if (!response) continue;
    const { responseMs } = policy.severities[severity];
    const after = (rung: number) =>
      rungInstants(state, response).find(({ label }) => label === `${rung}`)!.nominalAt - response.dueAt + responseMs;
    const pages = ladder.rungs.filter(({ mode }) => mode === 'page');
    const first = pages[0];
    const whole = [{ from, to }];
    const late = { kind: 'late-response', level: 'error', responseMs, severity } as const;
    if (!first) {
      notes.add({ ...late, why: 'no-page' }, only, [], whole);
      continue;
    }
    // Who is called when the time is over cannot answer within it.
    if (after(first.rung) >= responseMs)
      notes.add({ ...late, why: 'first-page', afterMs: after(first.rung) }, only, [first.rung], whole);
    const last = pages.filter((rung) => !rung.again && isMeant(rung)).at(-1);
    if (severity === 'P0' && last && last !== first && after(last.rung) > responseMs)
      notes.add({ ...late, why: 'chain', afterMs: after(last.rung) }, only, [last.rung], whole);
  }
}

/** Notes the severities that page in working hours only, and when that is not. */
export function judgeHours(
  { from, to }: Span,
  policy: Policy,
  severities: readonly Severity[],
  services: readonly (string | null)[],
  notes: CoverageNotes,
): void {
  const own = severities.filter((severity) => policy.severities[severity].pageDuring === 'working-hours');
  const rungs = policy.ladders.response?.flatMap(({ mode }, index) => (mode === 'page' ? [index + 1] : [])) ?? [];
  if (own.length === 0 || rungs.length === 0) return;
  const ladder: CoveredLadder = {
    process: policy.kind,
    template: policy.template.name,
    ladder: 'response',
    severities: own,
    services,
    deadlines: ['response'],
    rungs: [],
  };
  notes.add({ kind: 'hours-only', level: 'note' }, ladder, rungs, outsideHours(policy.calendar, from, to));
}

/** When people do not work, from `from` to `to`: nights, weekends and holidays of the calendar. */
export function outsideHours(calendar: CompiledCalendar, from: Instant, to: Instant): Span[] {
  const begins = new Set([from]);
  const lastDay = localOf(calendar, to).day;
  // Where the clock changes, times of the day come twice or never: each of their instants may begin or end the hours.
  for (const { at } of calendar.transitions) if (at > from && at < to) begins.add(at);
  for (let day = localOf(calendar, from).day; day <= lastDay; day++)
    for (const minutes of [0, calendar.hours.from, calendar.hours.to, 24 * 60]) {
      const wall = (day * 24 * 60 + minutes) * 60_000;
      for (const at of [firstOf(calendar, wall), lastOf(calendar, wall)]) if (at > from && at < to) begins.add(at);
    }
  const sorted = [...begins].sort((a, b) => a - b);
  return spansWhere(
    sorted.map((begin, index) => ({ from: begin, to: sorted[index + 1] ?? to, is: inWorkingHours(calendar, begin) })),
    (working) => !working,
  );
}
