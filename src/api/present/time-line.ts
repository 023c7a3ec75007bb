/**
 * Owns the time on which a page draws the windows of a release: from the first of its instants to
 * the last, with the days on which nobody works and the freezes that hold it. Decides nothing.
 */
import { compileCalendar } from '../../config';
import type { ClosedTime, TimeLine } from '../../contracts/page-view-release';
import type { ProcessView } from '../../contracts/view';
import { dayMs, freezeWindows, iso, isTerminalStatus, type CompiledCalendar, type Instant } from '../../domain';
import { concernsRelease } from '../../domain/state/freezes';
import { daysAgainst, instantOf, localOf } from '../../domain/time/calendar';
import { given } from '../../given';
import type { Shared } from '../http/route';
import { freezesNow } from './freezes-shown';

/** As far as a compiled calendar covers. */
const longestMs = 400 * dayMs;

/** The time of `release` at `now`; null: nothing of it has an instant. */
export function timeLineOf(shared: Shared, release: ProcessView, now: Instant): TimeLine | null {
  const { phases, targetAt, deployedAt, status, ended } = release;
  const isOver = isTerminalStatus(status) || ended !== undefined;
  const instants = [...phases.flatMap(({ opensAt, dueAt }) => [opensAt, dueAt]), targetAt, deployedAt]
    .flatMap((at) => (at === undefined ? [] : Date.parse(at)))
    .sort((a, b) => a - b);
  const first = instants[0];
  if (first === undefined) return null;
  const from = isOver ? first : Math.min(first, now);
  const last = Math.max(instants.at(-1)!, isOver ? 0 : now);
  // One day at least, so that a line has a length.
  const until = Math.max(from + dayMs, Math.min(last, from + longestMs));
  const calendar = compileCalendar(shared.config.calendar, from);
  const closed = [...daysOff(calendar, from, until), ...freezesOf(shared, release, from, until)];
  return {
    from: iso(from),
    until: iso(until),
    closed: closed.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0)),
  };
}

// Days of one kind, one after another, are one time.
function daysOff(calendar: CompiledCalendar, from: Instant, until: Instant): ClosedTime[] {
  const found: (ClosedTime & { until: string })[] = [];
  const startOf = (day: number) => iso(instantOf(calendar, { day, ms: 0 }).at);
  for (let day = localOf(calendar, from).day; day <= localOf(calendar, until).day; day++) {
    const noon = instantOf(calendar, { day, ms: dayMs / 2 }).at;
    for (const { why, text } of daysAgainst(calendar, noon)) {
      const before = found.find((one) => one.why === why && one.text === text && one.until === startOf(day));
      if (before) before.until = startOf(day + 1);
      else found.push({ why, from: startOf(day), until: startOf(day + 1), ...given({ text }) });
    }
  }
  return found;
}

function freezesOf(shared: Shared, { services, template }: ProcessView, from: Instant, until: Instant): ClosedTime[] {
  return freezesNow(shared, from, until)
    .filter((freeze) => concernsRelease(freeze, { services, template: template.name }))
    .flatMap((freeze) => freezeWindows(freeze, from, until))
    .map((window) => ({ why: 'freeze', from: iso(window.from), until: iso(window.until), text: window.title }));
}
