/**
 * Owns how a scenario is read: the fields of a rehearsal (contracts/rehearsal-fields.ts) become a
 * script for the rules. Times are instants or count from the beginning; names must be known;
 * contradictions are refused. Knows no file, no flag and no HTTP.
 */
import type { ProcessKind } from '../../contracts/command-table';
import { scenarioFieldsOf, type ScenarioFieldName, type ScenarioText } from '../../contracts/rehearsal-fields';
import {
  dayMs,
  formatDuration,
  freezeHorizonMs,
  type Directory,
  type Instant,
  type Policy,
  type Script,
  type ScriptStep,
  followedTemplate,
  levelProblem,
  repeatedFor,
} from '../../domain';
import { instantOfText } from '../compile/local-instant';
import { momentOf, type Moments } from './moments';
import { brokenWays, declaredLevels, entriesOf, nameFaults, startInput, entryOf } from './beginning';
import { readAbsences, type Absence } from './absences';
import { actingFields, deadlineIdsOf, stepOf } from './steps';
import type { ScenarioWorld, ScenarioPlace, ScenarioFault } from './faults';
import { given } from '../../given';
export type ReadScenario =
  | {
      readonly ok: true;
      readonly script: Script;
      /** Where each step was written. */
      readonly places: ReadonlyMap<ScriptStep, ScenarioPlace>;
      /** The moments at the end of the scenario: `target` is the last one set. */
      readonly moments: Moments;
      /** The ids of the deadlines that the process may have. */
      readonly deadlines: readonly string[];
    }
  | { readonly ok: false; readonly faults: readonly ScenarioFault[] };

/** How many steps a scenario may have, automatic updates included. */
export const mostSteps = 300;
/**
 * How often the process of a rehearsal may wake up; what comes after is cut off. A year of
 * reminders at every opening is a tenth of it, and a page each minute would else keep a terminal
 * for minutes.
 */
export const mostActivations = 3000;
/** How far a scenario may look, in ms after its beginning. */
export const longestMs: Readonly<Record<ProcessKind, number>> = { incident: 31 * dayMs, release: 430 * dayMs };
/**
 * Beyond this, nobody knows the rules of the clocks, and their look-up year by year would block a
 * server for seconds.
 */
const furthestMs = 5 * 366 * dayMs;
/** The time that is still looked at after the last step or the target. */
const tailMs = 3 * dayMs;

/**
 * Reads the fields of a scenario of `kind`. The form of each field (text, list, known field) was
 * checked before.
 */
export function readScenario(kind: ProcessKind, text: ScenarioText, world: ScenarioWorld): ReadScenario {
  return new Reader(kind, text, world).read();
}

class Reader {
  private readonly faults: ScenarioFault[] = [];
  private readonly steps: ScriptStep[] = [];
  private readonly places = new Map<ScriptStep, ScenarioPlace>();
  private moments!: Moments;
  private policy!: Policy;
  private directory: Directory;

  constructor(
    private readonly kind: ProcessKind,
    private readonly text: ScenarioText,
    private readonly world: ScenarioWorld,
  ) {
    this.directory = world.directoryAt(world.now);
  }

  read(): ReadScenario {
    const { kind, text, world } = this;
    const templates = world.templates(kind);
    this.faults.push(...nameFaults(kind, text, this.directory, { channels: world.channels, templates }));
    const at = text.at === undefined ? world.now : this.instant('at', text.at as string);
    const target = this.target(at);
    if (at === undefined || (kind === 'release' && target === undefined)) return this.refused();
    this.moments = { at, ...given({ target }), calendarAt: world.calendarAt };
    this.directory = world.directoryAt(at);
    const template = this.template(templates);
    if (template === undefined) return this.refused();
    this.policy = world.policyAt(kind, at, template);
    this.checkLevel();
    if (target !== undefined && target > this.policy.calendar.until)
      this.fault(
        'target',
        `the target must lie within ${formatDuration(this.policy.calendar.until - at)} of the beginning`,
      );
    this.readSteps(at);
    const { absences: away, faults } = readAbsences(entriesOf(text, 'away'), this.moments);
    this.faults.push(...faults);
    this.checkAgreement();
    const until = this.readUntil(at, target, away);
    this.addUpdates(at, until);
    this.checkOrder(until, away);
    if (this.faults.length > 0) return this.refused();
    return {
      ok: true,
      places: this.places,
      moments: this.moments,
      deadlines: this.deadlines(),
      script: {
        input: startInput(kind, text, world, { at, target, policy: this.policy, directory: this.directory }),
        directory: this.directory,
        broken: brokenWays(text, this.directory, world.channels),
        steps: [...this.steps].sort((a, b) => a.at - b.at),
        freezes: world.freezes(at, until + freezeHorizonMs),
        away: away.map(({ from, to }) => ({ from, to })),
        until,
        mostActivations,
        stepsComeFirst: true,
        ...(text.until === undefined ? { stopsWhenRepeating: true as const } : {}),
      },
    };
  }

  private template(templates: readonly string[]): string | undefined {
    const { kind, text, directory } = this;
    const [services, labels] = [entriesOf(text, 'services'), entriesOf(text, 'labels')];
    const template = templates.find((name) => name === text.template);
    const followed = followedTemplate(kind, { template, services, labels }, directory, templates);
    return followed.ok ? followed.template : this.fault('template', followed.message);
  }

  private checkLevel(): void {
    const severity = entryOf(this.text, 'severity');
    const problem = severity === undefined ? undefined : levelProblem(this.policy, severity);
    if (problem !== undefined) this.fault('severity', problem);
  }

  private refused(): ReadScenario {
    return { ok: false, faults: this.faults };
  }
  private fault(field: ScenarioFieldName, message: string, index?: number): undefined {
    this.faults.push({ field, message, ...given({ index }) });
    return undefined;
  }

  // --- Instants ----------------------------------------------------------------------------------

  private instant(field: ScenarioFieldName, text: string): Instant | undefined {
    const read = instantOfText(text, this.world.calendarAt);
    if (!read.ok) return this.fault(field, read.message);
    return read.at > this.world.now + furthestMs ? this.fault(field, 'expected an instant within five years') : read.at;
  }

  private target(at: Instant | undefined): Instant | undefined {
    if (this.kind !== 'release') return undefined;
    const text = entryOf(this.text, 'target');
    if (text === undefined) return this.fault('target', 'a release needs a target: when it is to go live');
    const target = this.instant('target', text);
    if (target !== undefined && at !== undefined && target <= at)
      return this.fault('target', `the target must lie after the beginning, ${new Date(at).toISOString()}`);
    return target;
  }

  private moment(field: ScenarioFieldName, text: string): Instant | undefined {
    const read = momentOf(text, this.moments);
    return read.ok ? read.at : this.fault(field, read.message);
  }

  // --- Steps -------------------------------------------------------------------------------------

  private readSteps(at: Instant): void {
    const { directory } = this;
    // Ids of what is repeated for any service may be named (R33).
    const policy = repeatedFor(this.policy, Object.keys(directory.services));
    const world = {
      policy,
      directory,
      calendarsAt: this.world.calendarsAt,
      deadlines: this.deadlines(),
      declaredLevels: declaredLevels(this.text, this.world, directory, at),
    };
    const by = entryOf(this.text, 'by');
    const readField = (field: ScenarioFieldName) =>
      entriesOf(this.text, field).forEach((entry, index) => {
        const read = stepOf(field, entry, by, { ...world, moments: this.moments, index });
        if (read === undefined) return;
        if (!read.ok) this.fault(field, read.message, index);
        else if (read.step.at < at) this.fault(field, 'nothing can happen before the beginning', index);
        else this.addStep(read.step, { field, index });
      });
    // `reschedule` is read first, because `target` in the other fields means the new target.
    readField('reschedule');
    const moved = [...this.steps].sort((a, b) => a.at - b.at).at(-1);
    if (moved && 'body' in moved)
      this.moments = { ...this.moments, target: Date.parse((moved.body as { targetAt: string }).targetAt) };
    for (const [field] of scenarioFieldsOf(this.kind)) if (field !== 'reschedule') readField(field);
  }

  private deadlines(): string[] {
    const { kind, policy, directory, text } = this;
    return deadlineIdsOf(repeatedFor(policy, Object.keys(directory.services)), {
      teams: kind === 'incident' ? Object.keys(directory.teams) : [],
      actionItems: entriesOf(text, 'action').length,
    });
  }

  private addStep(step: ScriptStep, place: ScenarioPlace): void {
    this.steps.push(step);
    this.places.set(step, place);
  }

  // --- Agreement of fields -----------------------------------------------------------------------

  private checkAgreement(): void {
    const { text } = this;
    const acts = scenarioFieldsOf(this.kind)
      .map(([field]) => field)
      .filter(
        (field) => actingFields.has(field) && text[field] !== undefined && entriesOf(this.text, field).length > 0,
      );
    if (text.nobody === true && acts[0] !== undefined)
      this.fault(acts[0], 'nobody does anything in this scenario: say one or the other');
    if (text.by !== undefined && acts.length === 0)
      this.fault('by', 'it says who acts, but nothing that is done: say when, such as ack 7m');
    // The rules do not refuse an acknowledgement for coming late, so this contradiction is found
    // here. Contradictions that the rules refuse are found when the script runs.
    const resolved = this.atOf('resolve');
    if (resolved === undefined) return;
    const late = this.steps.filter(
      (step) =>
        step.name === 'acknowledge' &&
        step.at > resolved &&
        !this.steps.some(({ name, at }) => name === 'reopen' && at >= resolved && at <= step.at),
    );
    if (late.length === 0) return;
    if (this.atOf('acknowledge')! > resolved) this.fault('resolve', 'it is resolved before anybody acknowledges it');
    else this.fault('ack', 'it comes after the incident was resolved', this.places.get(late[0]!)?.index);
  }

  /**
   * The instant of the first step that is called one of `names`. What a stranger does counts
   * nowhere (R16).
   */
  private atOf(...names: ScriptStep['name'][]): Instant | undefined {
    const { people } = this.directory;
    const counts = ({ by }: ScriptStep) => by === undefined || Object.hasOwn(people, by);
    const times = this.steps.flatMap((step) => (names.includes(step.name) && counts(step) ? [step.at] : []));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  private readUntil(at: Instant, target: Instant | undefined, away: readonly Absence[]): Instant {
    const last = Math.max(at, ...this.steps.map((step) => step.at), ...away.map(({ to }) => to));
    const targets = this.steps.flatMap((step) =>
      step.name === 'reschedule' && 'body' in step ? [Date.parse((step.body as { targetAt: string }).targetAt)] : [],
    );
    const usual =
      this.kind === 'incident' ? last + tailMs : Math.max(last + dayMs, Math.max(target ?? at, ...targets) + tailMs);
    const text = entryOf(this.text, 'until');
    const wanted = text === undefined ? usual : (this.moment('until', text) ?? usual);
    const longest = longestMs[this.kind];
    if (wanted > at + longest)
      this.fault(text === undefined ? 'at' : 'until', `at most ${formatDuration(longest)} can be looked at`);
    if (wanted <= at) this.fault('until', 'expected a moment after the beginning');
    return wanted;
  }

  // Updates run from the acknowledgement (else from the beginning) to the resolution or the end.
  private addUpdates(at: Instant, until: Instant): void {
    const text = entryOf(this.text, 'updateEvery');
    if (text === undefined || this.faults.length > 0) return;
    const every = momentOf(text, { ...this.moments, at: 0 });
    if (!every.ok || every.at < 60_000 || every.at > dayMs)
      return void this.fault('updateEvery', 'expected a length of one minute to one day, such as 25m');
    const begins = this.atOf('acknowledge') ?? at;
    const ends = Math.min(until, this.atOf('resolve', 'cancel', 'merge') ?? until);
    const count = Math.ceil((ends - begins) / every.at) - 1;
    if (count + this.steps.length > mostSteps)
      return void this.fault(
        'updateEvery',
        `that makes ${count} updates; at most ${mostSteps} steps are taken: resolve it, or say until`,
      );
    const by = entryOf(this.text, 'by');
    for (let number = 1; number <= count; number++) {
      const said = { text: `Update ${number}` };
      const step = { at: begins + number * every.at, name: 'post-update', body: said } as const;
      this.addStep(by === undefined ? step : { ...step, by }, { field: 'updateEvery' });
    }
  }

  private checkOrder(until: Instant, away: readonly Absence[]): void {
    if (this.text.until !== undefined && this.steps.some((step) => step.at > until))
      this.fault('until', 'something is to happen after it');
    for (const { from, to, index } of away)
      if (from >= until) this.fault('away', 'it begins when nothing is looked at any more: say a later until', index);
      else if (to > until && this.steps.some((step) => step.at >= from && step.at <= until))
        this.fault('away', 'what somebody does in it reaches the engine after until: say a later one', index);
    if (this.steps.length > mostSteps) this.fault('at', `at most ${mostSteps} steps are taken`);
  }
}
