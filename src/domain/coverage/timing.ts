/**
 * Owns whether a response ladder comes in time: the first page within the response time, at the
 * worst severity the last new person as well, and what working hours make of both. Knows nothing of
 * who is on a rung (coverage.ts).
 */
import { isWorst, levelOf } from '../state/severity';
import { responseOf } from '../deadlines/kinds';
import type { Severity } from '../../contracts/command-table';
import { calendarOf } from '../deadlines/due';
import { openSpans } from '../time/open-spans';
import type { CoverageNotes } from './notes';
import { bringingIn } from './rungs';
import { spansWhere } from './stretches';
import type { CoveredLadder, CoveredRung } from './rungs';
import type { Stretch } from './stretches';
import { rungInstants } from '../deadlines/rung-instants';
import type { CompiledCalendar, Instant, ProcessState } from '../model';
import type { TooLate } from './findings';

/** How the processes of a ladder count. */
export interface LadderTimes {
  /** A process of the severity, as it would begin. */
  readonly stateOf: (severity: Severity) => ProcessState;
  /** When people work by a calendar, without holes. */
  readonly workingIn: (calendar: CompiledCalendar) => readonly Stretch<boolean>[];
}

/**
 * Notes when a response ladder comes too late. The first page has to come before the response time
 * is over. At the worst severity it is worth a note when a rung that brings in somebody new comes
 * later than that. Both are judged in working hours, and outside them with the pages that do not
 * wait for the opening.
 */
export function judgeResponse(
  ladder: CoveredLadder,
  { stateOf, workingIn }: LadderTimes,
  isMeant: (rung: CoveredRung) => boolean,
  notes: CoverageNotes,
): void {
  const pages = ladder.rungs.filter(({ mode }) => mode === 'page');
  const hoursOnly = pages.filter((rung) => rung.hoursOnly);
  for (const severity of ladder.severities) {
    const only: CoveredLadder = { ...ladder, severities: [severity] };
    const state = stateOf(severity);
    const working = workingIn(calendarOf(state));
    const always = spansWhere(working, () => true);
    const inside = spansWhere(working, (is) => is);
    const outside = spansWhere(working, (is) => !is);
    const { response, pageDuring, page } = levelOf(state.policy, severity);
    if (page === 'none') {
      notes.add({ kind: 'pages-nobody', level: 'note', severity }, only, [], always);
      continue;
    }
    const late = (how: TooLate) =>
      ({ kind: 'late-response', level: how.why === 'chain' ? 'note' : 'error', severity, response, ...how }) as const;
    const timed = timedOf(state);
    const judge = (left: readonly CoveredRung[]) => lateWith(left, isWorst(state.policy, severity), timed, isMeant);
    const inHours = judge(pages);
    // A severity with `page-during` promises nothing outside working hours: its clock stands still.
    const atNight = pageDuring ? inHours : judge(pages.filter((rung) => !rung.hoursOnly));
    for (const one of inHours) notes.add(late(one.how), only, one.rungs, isAmong(atNight, one) ? always : inside);
    const more = atNight.filter((one) => !isAmong(inHours, one));
    for (const { how, rungs } of more) notes.add({ ...late(how), outside: true }, only, rungs, outside);
    if (more.some(({ how }) => how.why !== 'chain') || hoursOnly.length === 0) continue;
    const by = pageDuring ? 'page-during' : 'during';
    const elapsed = pageDuring && response.unit === 'ms';
    const numbers = hoursOnly.map(({ rung }) => rung);
    notes.add({ kind: 'hours-only', level: 'note', by, ...(elapsed ? { elapsed } : {}) }, only, numbers, outside);
  }
}

interface Late {
  readonly how: TooLate;
  readonly rungs: readonly number[];
}

/** How many ms after the beginning of an incident its response is due, and each rung comes. */
interface Timed {
  readonly dueAfter: number;
  readonly after: (rung: CoveredRung) => number;
}

function timedOf(state: ProcessState): Timed {
  const response = responseOf(state)!;
  const instants = rungInstants(state, response);
  return {
    dueAfter: response.dueAt - state.beganAt,
    // A rung that applies to some services only is not judged here (R30).
    after: ({ rung }) =>
      (instants.find(({ label }) => label === `${rung}`)?.nominalAt ?? state.beganAt) - state.beganAt,
  };
}

// The rungs that come too late when only `pages` page.
function lateWith(
  pages: readonly CoveredRung[],
  worst: boolean,
  { dueAfter, after }: Timed,
  isMeant: (rung: CoveredRung) => boolean,
): Late[] {
  const [first] = pages;
  if (!first) return [{ how: { why: 'no-page' }, rungs: [] }];
  const last = bringingIn(pages).filter(isMeant).at(-1);
  const late = (why: TooLate['why'], rung: CoveredRung): Late => ({
    how: { why, afterMs: after(rung) },
    rungs: [rung.rung],
  });
  return [
    // A person who is paged when the time is over cannot answer within it.
    ...(after(first) >= dueAfter ? [late('first-page', first)] : []),
    ...(worst && last && last !== first && after(last) > dueAfter ? [late('chain', last)] : []),
  ];
}

const isAmong = (found: readonly Late[], one: Late) =>
  found.some((other) => JSON.stringify(other) === JSON.stringify(one));

/** Whether people work, from `from` to `to` without holes. */
export function workingOver(calendar: CompiledCalendar, from: Instant, to: Instant): Stretch<boolean>[] {
  const stretches: Stretch<boolean>[] = [];
  let reached = from;
  for (const open of openSpans(calendar, from, to)) {
    if (open.from > reached) stretches.push({ from: reached, to: open.from, is: false });
    stretches.push({ ...open, is: true });
    reached = open.to;
  }
  return reached < to ? [...stretches, { from: reached, to, is: false }] : stretches;
}
