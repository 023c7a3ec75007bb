/**
 * Owns what a scenario expects and whether an agenda meets the expectations: who is told when, who
 * is never told, which promise is missed or met. Knows nothing of how an expectation is written.
 */
import type { Agenda } from './agenda';
import type { AgendaLine, WarnedOf } from './agenda-line';
import type { Instant } from '../model';
import type { RefusedStep } from './rehearsal';

/** A time to compare with: to the second, as people write times. */
export type ExpectedTime =
  | { readonly when: 'at' | 'by' | 'after' | 'before'; readonly at: Instant; readonly written: string }
  | { readonly when: 'ever' };

/** How somebody is told; `tell`: paged or reminded. */
export type Telling = 'page' | 'remind' | 'announce' | 'tell';
export type Expectation =
  /** Each of `people` is told in this way at that time; `only`: nobody else is told then. */
  | {
      readonly type: 'told';
      readonly kind: Telling;
      readonly people: readonly string[];
      readonly time: ExpectedTime;
      readonly only: boolean;
      /** Id of the deadline that the message is about; absent: any. */
      readonly deadline?: string;
    }
  /** None of `people` (empty: nobody at all) is told in this way at that time. */
  | {
      readonly type: 'not-told';
      readonly kind: Telling;
      readonly people: readonly string[];
      readonly time: ExpectedTime;
      readonly deadline?: string;
    }
  /** A rung reaches nobody. */
  | { readonly type: 'nobody'; readonly holds: boolean; readonly time: ExpectedTime }
  | {
      readonly type: 'missed' | 'met' | 'exhausted';
      readonly holds: boolean;
      /** A deadline's id; absent: any. */ readonly deadline?: string;
      readonly time: ExpectedTime;
      /** Lateness in ms. */
      readonly late?: number;
    }
  /**
   * The command was refused. Without an expectation that names the command, and the instant if it
   * names one, a refusal breaks the scenario.
   */
  | { readonly type: 'refused'; readonly command: string; readonly time: ExpectedTime }
  /** An answer warned; `of`: of this. */
  | { readonly type: 'warned'; readonly holds: boolean; readonly of?: WarnedOf; readonly time: ExpectedTime }
  | { readonly type: 'status'; readonly status: string };

export interface Broken {
  /** What happens instead: the lines that come closest. */
  readonly instead: readonly AgendaLine[];
}

/** Why `expectation` does not hold; undefined when it does. */
export function brokenBy(agenda: Agenda, expectation: Expectation): Broken | undefined {
  switch (expectation.type) {
    case 'told':
      return notTold(agenda, expectation);
    case 'not-told': {
      const { kind, people, time, deadline } = expectation;
      const found = agenda.lines
        .filter((line) => isTold(line, kind, deadline) && isThen(line, time))
        .filter((line) => people.length === 0 || reachedOf(line).some((person) => people.includes(person)));
      return found.length === 0 ? undefined : { instead: found.slice(0, 3) };
    }
    case 'nobody':
      return presence(agenda, (line) => line.type === 'nobody' || isUnreached(line), expectation);
    case 'missed':
    case 'met':
    case 'exhausted': {
      const { type, deadline, late } = expectation;
      const isIt = (line: AgendaLine) =>
        line.type === type && (deadline === undefined || line.deadlines.some(({ id }) => id === deadline));
      return presence(
        agenda,
        (line) => isIt(line) && (late === undefined || inSeconds(line.late) === inSeconds(late)),
        expectation,
        isIt,
      );
    }
    case 'refused': {
      const { command, time } = expectation;
      const isIt = (line: AgendaLine) => line.type === 'refused' && line.command === command && isThen(line, time);
      if (agenda.lines.some(isIt)) return undefined;
      return { instead: agenda.lines.filter(({ type }) => type === 'refused').slice(0, 3) };
    }
    case 'warned': {
      const { of } = expectation;
      const isIt = ({ type, warns = [] }: AgendaLine) => type === 'warned' && (of === undefined || warns.includes(of));
      return presence(agenda, isIt, expectation, ({ type }) => type === 'warned');
    }
    case 'status':
      return agenda.status === expectation.status ? undefined : { instead: agenda.lines.slice(-1) };
  }
}

/** The refusals that no expectation names. */
export function unexpectedRefusals(
  refused: readonly RefusedStep[],
  expectations: readonly Expectation[],
): RefusedStep[] {
  const isExpected = ({ name, at }: RefusedStep) =>
    expectations.some((one) => one.type === 'refused' && one.command === name && isAtThatTime(at, one.time));
  return refused.filter((step) => !isExpected(step));
}

const inSeconds = (ms: number): number => Math.floor(ms / 1000);

function isThen(line: AgendaLine, time: ExpectedTime): boolean {
  return isAtThatTime(Date.parse(line.at), time);
}
function isAtThatTime(instant: Instant, time: ExpectedTime): boolean {
  if (time.when === 'ever') return true;
  const [at, wanted] = [inSeconds(instant), inSeconds(time.at)];
  if (time.when === 'at') return at === wanted;
  if (time.when === 'by') return at <= wanted;
  return time.when === 'after' ? at > wanted : at < wanted;
}

// For one deadline, only the rungs of that deadline count: a page for another deadline may only
// remind of this one (T8).
function isTold({ type, deadlines }: AgendaLine, kind: Telling, deadline: string | undefined): boolean {
  const way = deadline === undefined ? type : deadlines.find(({ id }) => id === deadline)?.mode;
  return kind === 'tell' ? way === 'page' || way === 'remind' : way === kind;
}
/** Ids of the people whom the line's message reached. */
export function reachedOf({ recipients }: AgendaLine): string[] {
  return recipients.filter(({ channel }) => channel !== undefined).map(({ person }) => person);
}
function isUnreached(line: AgendaLine): boolean {
  return (line.type === 'page' || line.type === 'remind') && reachedOf(line).length === 0;
}

function notTold(
  agenda: Agenda,
  { kind, people, time, only, deadline }: Expectation & { type: 'told' },
): Broken | undefined {
  const then = agenda.lines.filter((line) => isTold(line, kind, deadline) && isThen(line, time));
  const reached = new Set(then.flatMap(reachedOf));
  const all = people.every((person) => reached.has(person)) && (people.length > 0 || reached.size > 0);
  if (all && (!only || [...reached].every((person) => people.includes(person)))) return undefined;
  if (then.length > 0 && all) return { instead: then.slice(0, 3) };
  const missing = people.filter((person) => !reached.has(person));
  // The lines that tell the missing people at any time; without such lines, what happens around the
  // expected time.
  const others = agenda.lines.filter(
    (line) =>
      isTold(line, 'tell', undefined) && missing.some((person) => line.recipients.some((one) => one.person === person)),
  );
  return { instead: closest(others.length > 0 ? others : agenda.lines.filter(isNotice), time) };
}

function presence(
  agenda: Agenda,
  isIt: (line: AgendaLine) => boolean,
  { holds, time }: { readonly holds: boolean; readonly time: ExpectedTime },
  resembles: (line: AgendaLine) => boolean = isIt,
): Broken | undefined {
  const found = agenda.lines.filter((line) => isIt(line) && isThen(line, time));
  if (found.length > 0 === holds) return undefined;
  if (!holds) return { instead: found.slice(0, 3) };
  const alike = agenda.lines.filter(resembles);
  return { instead: closest(alike.length > 0 ? alike : agenda.lines.filter(isNotice), time) };
}

const isNotice = ({ type }: AgendaLine): boolean =>
  ['page', 'remind', 'nobody', 'missed', 'met', 'exhausted'].includes(type);

function closest(lines: readonly AgendaLine[], time: ExpectedTime): AgendaLine[] {
  if (time.when === 'ever') return lines.slice(0, 3);
  const away = (line: AgendaLine) => Math.abs(Date.parse(line.at) - time.at);
  return [...lines]
    .sort((a, b) => away(a) - away(b))
    .slice(0, 3)
    .sort((a, b) => a.after - b.after);
}
