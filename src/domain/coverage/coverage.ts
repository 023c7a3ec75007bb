/**
 * Owns the proof that ladders reach people: every stretch of the days ahead in which a ladder
 * reaches nobody, depends on one person, meets a broken channel or comes too late. Asks the same
 * rules as a page. Knows nothing of files; the words are in words.ts.
 */
import { levelOf, levelsOf } from '../state/severity';
import { kindRules } from '../deadlines/kinds';
import type { Severity } from '../../contracts/command-table';
import type { CoverageKind } from '../../contracts/coverage-view';
import { remembered } from './people-over';
import { bringingIn, laddersToCover, stateFor, type CoveredLadder, type CoveredRung } from './rungs';
import { asStretches, overlay, spansWhere, type Span, type Stretch } from './stretches';
import { CoverageNotes } from './notes';
import { causeOf } from './words';
import { judgeResponse, workingOver, type LadderTimes } from './timing';
import { calendarOf } from '../deadlines/due';
import { teamsOf } from '../state/actor';
import { openingAfter } from '../time/calendar';
import { judgeOf, whileFiring, type Judge, type People, type Way } from './reached';
import { noteAlerts, type LeadingAlerts } from './alerts';
import { noteFreezes } from './freezes';
import { noteInside } from './outside';
import { servicesUnder } from './templates';
import type { CompiledCalendar, Directory, Freeze, Instant, Policy, ProcessState } from '../model';
import type { Cause, CoverageFinding } from './findings';

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
  /** Channels whose messages do not leave Muster. */
  readonly inside?: readonly string[];
  /** Where alerts lead; absent: nobody sends any. */
  readonly alerts?: LeadingAlerts;
  /** Compiled for 400 days from `from` on; absent: there are none. */
  readonly freezes?: readonly Freeze[];
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
  const always = { from, to };
  const paged = new Set<string>();
  for (const policy of policies) {
    const levels = levelsOf(policy).filter((level) => severities.includes(level));
    // A release always affects a service.
    const all = policy.kind === 'incident' && question.services === undefined ? [null, ...services] : services;
    const about = servicesUnder(policy, policies, directory, all);
    for (const ladder of laddersToCover(policy, directory, levels, about, from)) {
      const times = timesOf(question, policy, ladder, workingIn);
      const open = spansWhere(workingIn(calendarOf(times.stateOf(ladder.severities[0]!))), (is) => is);
      judgeRungs(question, ladder, { judge, open }, notes);
      for (const rung of ladder.rungs.filter(({ mode }) => mode === 'page'))
        for (const { is } of judge(rung).people) for (const person of is) paged.add(person);
      if (kindRules[ladder.ladder].asksForAnswer) {
        judgeResponse(ladder, times, isMeant, notes);
        const last = ladder.rungs.filter((rung) => rung.last).map(({ rung }) => rung);
        if (last.length > 0) notes.add({ kind: 'falls-silent', level: 'note' }, ladder, last, [always]);
      } else if (ladder.rungs.length === 0) {
        // Many policies promise nothing of action items, whose ladder a template may leave out.
        const level = kindRules[ladder.ladder].ownerNotInTemplate ? 'note' : 'error';
        notes.add({ kind: 'no-ladder', level, ladder: ladder.ladder }, ladder, [], [always]);
      }
    }
  }
  noteInside(question, paged, notes, always);
  noteAlerts(question, notes.findings([]), notes);
  noteFreezes(question, services, notes);
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
// time, and a ladder that waits for the hours (R14), count from an opening on.
function timesOf(
  { directory, from }: CoverageQuestion,
  policy: Policy,
  ladder: CoveredLadder,
  workingIn: LadderTimes['workingIn'],
): LadderTimes {
  const services = ladder.services.slice(0, 1).flatMap((service) => service ?? []);
  const stateAt = (severity: Severity, at: Instant): ProcessState => ({
    ...stateFor(policy, severity, services, at, teamsOf(services, directory)),
    ...ladder.facts[severity],
  });
  return {
    workingIn,
    stateOf: (severity) => {
      const state = stateAt(severity, from);
      const { response, pageDuring } = levelOf(policy, severity);
      return response.unit === 'ms' && pageDuring === undefined
        ? state
        : stateAt(severity, openingAfter(calendarOf(state), from));
    },
  };
}

/**
 * How the rungs of a ladder are judged. `open`: the working hours, for the rungs that wait for
 * them.
 */
interface Judging {
  readonly judge: Judge;
  readonly open: readonly Span[];
}

function judgeRungs(
  question: CoverageQuestion,
  ladder: CoveredLadder,
  { judge, open }: Judging,
  notes: CoverageNotes,
): void {
  const { directory, ways, inside = [] } = question;
  const judged = ladder.rungs.map(judge);
  const empty = ladder.rungs.map((rung, index) => (rung.others ? [] : whileFiring([rung], judged[index]!.empty, open)));
  ladder.rungs.forEach((rung, index) => {
    const during = (times: readonly Span[]) => whileFiring([rung], times, open);
    const { people, broken, sole } = judged[index]!;
    noteNobody(question, ladder, rung, empty[index]!, people, notes);
    for (const { person, times } of broken) {
      const faults = (ways[person] ?? []).flatMap(({ channel, problem }) =>
        problem === undefined ? [] : [{ channel, problem }],
      );
      const { name } = directory.people[person]!;
      notes.add(
        { kind: 'broken-reach', level: 'error', person, name, broken: faults },
        ladder,
        [rung.rung],
        during(times),
      );
    }
    if (!rung.others)
      for (const [channel, times] of sole)
        // That nothing leaves Muster is another finding.
        if (!inside.includes(channel))
          notes.add({ kind: 'one-channel', level: 'note', channel }, ladder, [rung.rung], during(times));
  });
  const all = empty
    .slice(1)
    .reduce<readonly Span[]>((sum, next) => overlay(asStretches(sum), asStretches(next), () => true), empty[0] ?? []);
  const every = ladder.rungs.map(({ rung }) => rung);
  if (every.length > 1) notes.add({ kind: 'reaches-nobody', level: 'error', whole: true }, ladder, every, all);
  noteTwo(ladder, { judge, directory, open }, notes);
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
  { judge, directory, open }: Judging & { readonly directory: Directory },
  notes: CoverageNotes,
): void {
  const candidates = bringingIn(ladder.rungs).filter((rung) => !rung.others && judge(rung).alone.length > 0);
  for (const [position, first] of candidates.entries())
    for (const second of candidates.slice(position + 1)) {
      const byPerson = new Map<string, Span[]>();
      const together = overlay(judge(first).alone, judge(second).alone, (a, b) => (a === b ? a : undefined));
      for (const { from, to, is } of together) {
        if (is === undefined) continue;
        const times = byPerson.get(is) ?? [];
        times.push({ from, to });
        byPerson.set(is, times);
      }
      const level = first.mode === 'page' && second.mode === 'page' ? 'error' : 'note';
      for (const [person, times] of byPerson) {
        const { name } = directory.people[person]!;
        const firing = whileFiring([first, second], times, open);
        notes.add({ kind: 'one-carries-two', level, person, name }, ladder, [first.rung, second.rung], firing);
      }
    }
}
