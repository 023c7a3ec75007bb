/**
 * Owns the proof that ladders reach people: every stretch of the days ahead in which a ladder
 * reaches nobody, depends on one person, meets a broken channel or comes too late. Asks the same
 * rules as a page. Knows nothing of files; the words are in words.ts.
 */
import { levelOf, levelsOf } from '../state/severity';
import { kindRules } from '../deadlines/kinds';
import type { Severity } from '../../contracts/command-table';
import type { CoverageKind } from '../../contracts/coverage-view';
import {
  asStretches,
  bringingIn,
  laddersToCover,
  overlay,
  peopleOver,
  remembered,
  spansWhere,
  stateFor,
  type CoveredLadder,
  type CoveredRung,
  type Span,
  type Stretch,
} from './rungs';
import { CoverageNotes } from './notes';
import { causeOf } from './words';
import { judgeResponse, workingOver, type LadderTimes } from './timing';
import { calendarOf } from '../deadlines/due';
import { teamsOf } from '../state/actor';
import { nextWorkingHours } from '../time/business-time';
import type { CompiledCalendar, Directory, Instant, Policy } from '../model';
import type { Cause, CoverageFinding } from './findings';

/** One way to reach a person; `problem` says why the way cannot work. */
export interface Way {
  readonly channel: string;
  readonly problem?: string;
}
export interface CoverageQuestion {
  /** The policies that new processes of each kind may begin with. */
  readonly policies: readonly Policy[];
  /** Includes the schedules and the overrides that count. */
  readonly directory: Directory;
  /** By person, in the order of attempts; absent for people who are not listed. */
  readonly ways: Readonly<Record<string, readonly Way[]>>;
  readonly from: Instant;
  readonly to: Instant;
  /** Only these services; absent: all services, and incidents about no service. */
  readonly services?: readonly string[];
  readonly severities?: readonly Severity[];
  /** Kinds of findings that are known and accepted: reported, but not as errors. */
  readonly allow?: readonly CoverageKind[];
}
export interface Coverage {
  readonly from: Instant;
  readonly to: Instant;
  readonly templates: readonly string[];
  readonly severities: readonly Severity[];
  readonly services: readonly string[];
  readonly findings: readonly CoverageFinding[];
}

type People = readonly string[];

/**
 * Every error and every note from `from` to `to`, errors first. The times of a finding end exactly
 * when the finding does.
 */
export function coverage(question: CoverageQuestion): Coverage {
  const { policies, directory, from, to } = question;
  const services = question.services ?? Object.keys(directory.services);
  const severities = question.severities ?? [...new Set(policies.flatMap(levelsOf))];
  const hours = new Map<CompiledCalendar, readonly Stretch<boolean>[]>();
  const judge = judgeOf(question);
  const isMeant = (rung: CoveredRung) => judge(rung).people.some(({ is }) => is.length > 0);
  const workingIn = (calendar: CompiledCalendar) => remembered(hours, calendar, () => workingOver(calendar, from, to));
  const notes = new CoverageNotes(policies);
  for (const policy of policies) {
    const levels = levelsOf(policy).filter((level) => severities.includes(level));
    // A release always affects a service.
    const about = policy.kind === 'incident' && question.services === undefined ? [null, ...services] : services;
    for (const ladder of laddersToCover(policy, directory, levels, about, from)) {
      judgeRungs(question, ladder, judge, notes);
      if (kindRules[ladder.ladder].asksForAnswer)
        judgeResponse(ladder, timesOf(question, policy, ladder, workingIn), isMeant, notes);
      else if (ladder.rungs.length === 0)
        notes.add({ kind: 'no-ladder', level: 'error', ladder: ladder.ladder }, ladder, [], [{ from, to }]);
    }
  }
  return {
    from,
    to,
    templates: policies.map(({ template }) => `${template.name} ${template.version}`),
    severities,
    services,
    findings: notes.findings(question.allow ?? []),
  };
}

// The services of a ladder are of one team, so all count in the calendar of that team. Business
// time counts from the first working hour on.
function timesOf(
  { directory, from }: CoverageQuestion,
  policy: Policy,
  ladder: CoveredLadder,
  workingIn: LadderTimes['workingIn'],
): LadderTimes {
  const services = ladder.services.slice(0, 1).flatMap((service) => service ?? []);
  const stateAt = (severity: Severity, at: Instant) =>
    stateFor(policy, severity, services, at, teamsOf(services, directory));
  return {
    workingIn,
    stateOf: (severity) => {
      const state = stateAt(severity, from);
      return levelOf(policy, severity).response.unit === 'ms'
        ? state
        : stateAt(severity, nextWorkingHours(calendarOf(state), from));
    },
  };
}

// --- Rung by rung --------------------------------------------------------------------------------

/** Facts about the people of one list of references, which may stand on many ladders. */
interface Judged {
  readonly people: readonly Stretch<People>[];
  /** The people who have a way that works. */
  readonly reached: readonly Stretch<People>[];
  readonly empty: readonly Span[];
  /** The times when exactly one person is reached. */
  readonly alone: readonly Stretch<string>[];
  readonly broken: readonly { readonly person: string; readonly times: readonly Span[] }[];
  /** By channel: the times when everybody who is reached is reached over this channel alone. */
  readonly sole: ReadonlyMap<string, readonly Span[]>;
}
type Judge = (rung: CoveredRung) => Judged;

function judgeOf({ ways, directory, from, to }: CoverageQuestion): Judge {
  const over = peopleOver(directory, from, to);
  const channels = new Map(
    Object.entries(ways).map(([person, own]) => [
      person,
      own.flatMap(({ channel, problem }) => (problem === undefined ? [channel] : [])),
    ]),
  );
  const working = (person: string) => channels.get(person) ?? [];
  const isWhole = (person: string) => working(person).length > 0 && working(person).length === ways[person]!.length;
  const known = new Map<string, Judged>();
  return ({ refs }) => {
    const key = JSON.stringify(refs);
    const before = known.get(key);
    if (before) return before;
    const people = over(refs);
    const everybody = new Set<string>();
    for (const { is } of people) for (const person of is) everybody.add(person);
    const broken = [...everybody].filter((person) => !isWhole(person));
    const reached =
      broken.length === 0
        ? people
        : people.map((one) => ({ ...one, is: one.is.filter((person) => working(person).length > 0) }));
    const judged: Judged = {
      people,
      reached,
      empty: spansWhere(reached, (those) => those.length === 0),
      alone: reached.flatMap(({ from: begin, to: end, is }) =>
        is.length === 1 ? [{ from: begin, to: end, is: is[0]! }] : [],
      ),
      broken: broken.map((person) => ({ person, times: spansWhere(people, (meant) => meant.includes(person)) })),
      sole: soleChannels(reached, working),
    };
    known.set(key, judged);
    return judged;
  };
}

function soleChannels(
  reached: readonly Stretch<People>[],
  working: (person: string) => readonly string[],
): Map<string, Span[]> {
  const found = new Map<string, Span[]>();
  for (const { from, to, is: people } of reached) {
    const [only] = people[0] === undefined ? [] : working(people[0]);
    if (only === undefined || !people.every((person) => working(person).every((channel) => channel === only))) continue;
    const spans = found.get(only) ?? [];
    spans.push({ from, to });
    found.set(only, spans);
  }
  return found;
}

function judgeRungs(question: CoverageQuestion, ladder: CoveredLadder, judge: Judge, notes: CoverageNotes): void {
  const { directory, ways } = question;
  const judged = ladder.rungs.map(judge);
  const empty = judged.map((one, index) => (ladder.rungs[index]!.others ? [] : one.empty));
  ladder.rungs.forEach((rung, index) => {
    const { people, broken, sole } = judged[index]!;
    noteNobody(question, ladder, rung, empty[index]!, people, notes);
    for (const { person, times } of broken) {
      const faults = (ways[person] ?? []).flatMap(({ channel, problem }) =>
        problem === undefined ? [] : [{ channel, problem }],
      );
      const { name } = directory.people[person]!;
      notes.add({ kind: 'broken-reach', level: 'error', person, name, broken: faults }, ladder, [rung.rung], times);
    }
    if (!rung.others)
      for (const [channel, times] of sole)
        notes.add({ kind: 'one-channel', level: 'note', channel }, ladder, [rung.rung], times);
  });
  const all = empty
    .slice(1)
    .reduce<readonly Span[]>((sum, next) => overlay(asStretches(sum), asStretches(next), () => true), empty[0] ?? []);
  const every = ladder.rungs.map(({ rung }) => rung);
  if (every.length > 1) notes.add({ kind: 'reaches-nobody', level: 'error', whole: true }, ladder, every, all);
  noteTwo(
    ladder,
    judged.map(({ alone }) => alone),
    directory,
    notes,
  );
}

function noteNobody(
  { directory }: CoverageQuestion,
  ladder: CoveredLadder,
  rung: CoveredRung,
  empty: readonly Span[],
  people: readonly Stretch<People>[],
  notes: CoverageNotes,
): void {
  // The cause may change over time: a gap in a schedule at first, a person without a channel later.
  const byCause = new Map<string, { cause: Cause; times: Span[] }>();
  for (const { from, to, is: meant } of overlay(asStretches(empty), people, (_, those) => those)) {
    const cause = causeOf(rung.refs, meant, directory, from);
    const known = byCause.get(cause.what) ?? { cause, times: [] };
    known.times.push({ from, to });
    byCause.set(cause.what, known);
  }
  const level = rung.mode === 'page' ? 'error' : 'note';
  for (const { cause, times } of byCause.values())
    notes.add({ kind: 'reaches-nobody', level, cause }, ladder, [rung.rung], times);
}

// Two rungs that mean different people by the template, and yet lead to the same person alone.
function noteTwo(
  ladder: CoveredLadder,
  alone: readonly (readonly Stretch<string>[])[],
  directory: Directory,
  notes: CoverageNotes,
): void {
  const candidates = bringingIn(ladder.rungs).filter(({ others, rung }) => !others && alone[rung - 1]!.length > 0);
  for (const [position, first] of candidates.entries())
    for (const second of candidates.slice(position + 1)) {
      const byPerson = new Map<string, Span[]>();
      for (const { from, to, is } of overlay(alone[first.rung - 1]!, alone[second.rung - 1]!, (a, b) =>
        a === b ? a : undefined,
      )) {
        if (is === undefined) continue;
        const times = byPerson.get(is) ?? [];
        times.push({ from, to });
        byPerson.set(is, times);
      }
      const level = first.mode === 'page' && second.mode === 'page' ? 'error' : 'note';
      for (const [person, times] of byPerson) {
        const { name } = directory.people[person]!;
        notes.add({ kind: 'one-carries-two', level, person, name }, ladder, [first.rung, second.rung], times);
      }
    }
}
