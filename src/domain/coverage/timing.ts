/**
 * Owns whether a response ladder comes in time: the first page within the response time, for a P0
 * the last new person as well, and what working hours make of both. Knows nothing of who is on a
 * rung (coverage.ts).
 */
import { isWorst, levelOf } from '../state/severity';
import { responseOf } from '../deadlines/kinds';
import type { Severity } from '../../contracts/command-table';
import { inWorkingHours, localOf } from '../time/calendar';
import type { CoverageNotes } from './notes';
import { bringingIn, joinedStretches, spansWhere, stateFor } from './rungs';
import type { CoveredLadder, CoveredRung, Stretch } from './rungs';
import { rungInstants } from '../deadlines/ladders';
import type { CompiledCalendar, Instant, Policy } from '../model';
import { firstOf, lastOf } from '../time/wall-clock';
import type { TooLate } from './findings';

/**
 * Notes when a response ladder comes too late. The first page has to come before the response time
 * is over; for a P0, the last rung that brings in somebody new has to come by then too. Both are
 * judged in working hours, and outside them with the pages that remain. `working`: when people
 * work, without holes.
 */
export function judgeResponse(
  policy: Policy,
  ladder: CoveredLadder,
  working: readonly Stretch<boolean>[],
  isMeant: (rung: CoveredRung) => boolean,
  notes: CoverageNotes,
): void {
  const always = spansWhere(working, () => true);
  const inside = spansWhere(working, (is) => is);
  const outside = spansWhere(working, (is) => !is);
  const pages = ladder.rungs.filter(({ mode }) => mode === 'page');
  const hoursOnly = pages.filter((rung) => rung.hoursOnly);
  for (const severity of ladder.severities) {
    const only: CoveredLadder = { ...ladder, severities: [severity] };
    const { responseMs, pageDuring } = levelOf(policy, severity);
    const late = { kind: 'late-response', level: 'error', severity, responseMs } as const;
    const after = lengthsOf(policy, severity, always[0]!.from);
    const judge = (left: readonly CoveredRung[]) => lateWith(left, policy, severity, after, isMeant);
    const inHours = judge(pages);
    // A severity with `page-during` promises nothing outside working hours.
    const atNight = pageDuring ? inHours : judge(pages.filter((rung) => !rung.hoursOnly));
    for (const one of inHours)
      notes.add({ ...late, ...one.how }, only, one.rungs, isAmong(atNight, one) ? always : inside);
    const more = atNight.filter((one) => !isAmong(inHours, one));
    for (const { how, rungs } of more) notes.add({ ...late, ...how, outside: true }, only, rungs, outside);
    if (more.length > 0 || hoursOnly.length === 0) continue;
    const by = pageDuring ? 'page-during' : 'during';
    const numbers = hoursOnly.map(({ rung }) => rung);
    notes.add({ kind: 'hours-only', level: 'note', by }, only, numbers, outside);
  }
}

interface Late {
  readonly how: TooLate;
  readonly rungs: readonly number[];
}

// How many ms after the beginning of an incident, at `from`, each rung of its response comes.
function lengthsOf(policy: Policy, severity: Severity, from: Instant): (rung: CoveredRung) => number {
  const state = stateFor(policy, severity, [], from);
  const instants = rungInstants(state, responseOf(state)!);
  return ({ rung }) => instants.find(({ label }) => label === `${rung}`)!.nominalAt - from;
}

// The rungs that come too late when only `pages` page.
function lateWith(
  pages: readonly CoveredRung[],
  policy: Policy,
  severity: Severity,
  after: (rung: CoveredRung) => number,
  isMeant: (rung: CoveredRung) => boolean,
): Late[] {
  const [first] = pages;
  if (!first) return [{ how: { why: 'no-page' }, rungs: [] }];
  const { responseMs } = levelOf(policy, severity);
  const last = bringingIn(pages).filter(isMeant).at(-1);
  const late = (why: TooLate['why'], rung: CoveredRung): Late => ({
    how: { why, afterMs: after(rung) },
    rungs: [rung.rung],
  });
  return [
    // A person who is paged when the time is over cannot answer within it.
    ...(after(first) >= responseMs ? [late('first-page', first)] : []),
    ...(isWorst(policy, severity) && last && last !== first && after(last) > responseMs ? [late('chain', last)] : []),
  ];
}

const isAmong = (found: readonly Late[], one: Late) =>
  found.some((other) => JSON.stringify(other) === JSON.stringify(one));

/**
 * When people work, from `from` to `to` without holes: not at night, not on weekends and holidays
 * of the calendar.
 */
export function workingOver(calendar: CompiledCalendar, from: Instant, to: Instant): Stretch<boolean>[] {
  const begins = new Set([from]);
  const lastDay = localOf(calendar, to).day;
  // At a clock change, a time of day occurs twice or never: each of its instants may begin or end
  // the working hours.
  for (const { at } of calendar.transitions) if (at > from && at < to) begins.add(at);
  for (let day = localOf(calendar, from).day; day <= lastDay; day++)
    for (const minutes of [0, calendar.hours.from, calendar.hours.to, 24 * 60]) {
      const wall = (day * 24 * 60 + minutes) * 60_000;
      for (const at of [firstOf(calendar, wall), lastOf(calendar, wall)]) if (at > from && at < to) begins.add(at);
    }
  const sorted = [...begins].sort((a, b) => a - b);
  return joinedStretches(
    sorted.map((begin, index) => ({ from: begin, to: sorted[index + 1] ?? to, is: inWorkingHours(calendar, begin) })),
    (one, other) => one === other,
  );
}
