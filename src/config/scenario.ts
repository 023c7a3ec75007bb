/**
 * Owns how a scenario is read: the fields of a rehearsal (contracts/rehearsal-fields.ts) as a script for the rules. Times count from the
 * beginning, or are instants; names must be known; what contradicts itself is refused. Knows no file, no flag and no HTTP.
 */
import { severityIds, type ProcessKind, type Severity } from '../contracts/command-table';
import {
  scenarioFields,
  scenarioFieldsOf,
  type ScenarioFieldName,
  type ScenarioText,
} from '../contracts/rehearsal-fields';
import { actorFacts, unknownName, type Directory, type Instant, type Policy, type Script } from '../domain';
import type { ScriptStep } from '../domain';
import { formatDuration } from '../domain';
import { instantOfText } from './local-instant';
import { momentOf, type Moments } from './moments';
import { actingFields, spanOf, stepOf } from './scenario-steps';
import type { CompiledCalendar } from '../domain';

/** What a scenario is read against. */
export interface ScenarioWorld {
  /** Who is who, and who is on call around an instant and long after it. */
  readonly directoryAt: (at: Instant) => Directory;
  /** The names of channels.yaml. */
  readonly channels: readonly string[];
  /** The calendar for the time around an instant. */
  readonly calendarAt: (at: Instant) => CompiledCalendar;
  /** The policy that a process of `kind` copies when it begins at `at`. */
  readonly policyAt: (kind: ProcessKind, at: Instant) => Policy;
  /** Epoch ms: when a scenario begins that does not say. */
  readonly now: Instant;
  /** Who declares or plans; default: nobody in particular. */
  readonly actor?: string;
}
/** Something wrong with a field; `index` of a list's entry. */
export interface ScenarioFault {
  readonly field: ScenarioFieldName | 'kind';
  readonly index?: number;
  readonly message: string;
}
export type ReadScenario =
  | { readonly ok: true; readonly script: Script; readonly world: ScenarioWorld }
  | { readonly ok: false; readonly faults: readonly ScenarioFault[] };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Instructions that a scenario may have, updates that come by themselves included. */
export const mostSteps = 300;
/** How far ahead a scenario may look: an incident, a release beyond its target. */
const longestIncidentMs = 31 * dayMs;
const longestReleaseMs = 430 * dayMs;
/** Further ahead nobody knows the rules of the clocks, and looking them up year by year would hold up a server for seconds. */
const furthestMs = 5 * 366 * dayMs;
/** What is looked at after the last step, or the target. */
const tailMs = 3 * dayMs;

const ids = { incident: 'INC-rehearsed', release: 'REL-rehearsed' } as const;
const defaultTitles = { incident: 'Rehearsed incident', release: 'Rehearsed release' } as const;

/** Reads the fields of a scenario of `kind`. The form of each field (text, list, known field) was checked before. */
export function readScenario(kind: ProcessKind, text: ScenarioText, world: ScenarioWorld): ReadScenario {
  return new Reader(kind, text, world).read();
}

class Reader {
  private readonly faults: ScenarioFault[] = [];
  private readonly steps: ScriptStep[] = [];
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
    this.checkNames();
    const at = text.at === undefined ? world.now : this.instant('at', text.at as string);
    const target = this.target(at);
    if (at === undefined || (kind === 'release' && target === undefined)) return this.refused();
    this.moments = { at, ...(target === undefined ? {} : { target }), calendarAt: world.calendarAt };
    this.directory = world.directoryAt(at);
    this.policy = world.policyAt(kind, at);
    if (target !== undefined && target > this.policy.calendar.until)
      this.fault(
        'target',
        `the target must lie within ${formatDuration(this.policy.calendar.until - at)} of the beginning`,
      );
    this.readSteps(at);
    const away = this.readAway(at);
    this.checkAgreement();
    const until = this.readUntil(at, target);
    this.addUpdates(at, until);
    this.checkOrder(at, until);
    if (this.faults.length > 0) return this.refused();
    return {
      ok: true,
      world,
      script: {
        input: this.startInput(at, target),
        directory: this.directory,
        broken: this.broken(),
        steps: [...this.steps].sort((a, b) => a.at - b.at),
        away,
        until,
      },
    };
  }

  private refused(): ReadScenario {
    return { ok: false, faults: this.faults };
  }
  private fault(field: ScenarioFault['field'], message: string, index?: number): undefined {
    this.faults.push({ field, message, ...(index === undefined ? {} : { index }) });
    return undefined;
  }
  private list(field: ScenarioFieldName): readonly string[] {
    const value = this.text[field];
    return Array.isArray(value) ? (value as readonly string[]) : typeof value === 'string' ? [value] : [];
  }
  private word(field: ScenarioFieldName): string | undefined {
    const value = this.text[field];
    return typeof value === 'string' ? value : undefined;
  }

  // --- Names and instants -------------------------------------------------------------------------------------------

  private checkNames(): void {
    const own = scenarioFieldsOf(this.kind).map(([field]) => field);
    for (const field of Object.keys(this.text) as ScenarioFieldName[])
      if (this.text[field] !== undefined && !own.includes(field))
        this.fault(field, `only ${this.kind === 'incident' ? 'a release' : 'an incident'} has this`);
    const { people, services } = this.directory;
    const known = (field: ScenarioFieldName, what: string, names: readonly string[]) =>
      this.list(field).forEach((name, index) => {
        if (!names.includes(name))
          this.fault(field, unknownName(what, name, names), Array.isArray(this.text[field]) ? index : undefined);
      });
    known('services', 'service', Object.keys(services));
    known('severity', 'severity', severityIds);
    known('strategy', 'strategy', scenarioFields.strategy.values);
    for (const field of ['by', 'absent', 'commander'] as const) known(field, 'person', Object.keys(people));
    this.list('broken').forEach((entry, index) => {
      const [first = '', channel] = entry.split('/', 2);
      const name = channel ?? first;
      if (!this.world.channels.includes(name))
        this.fault('broken', unknownName('channel', name, this.world.channels), index);
      if (channel !== undefined && !Object.hasOwn(people, first))
        this.fault('broken', unknownName('person', first, Object.keys(people)), index);
    });
  }

  private instant(field: ScenarioFieldName, text: string): Instant | undefined {
    const read = instantOfText(text, this.world.calendarAt);
    if (!read.ok) return this.fault(field, read.message);
    return read.at > this.world.now + furthestMs ? this.fault(field, 'expected an instant within five years') : read.at;
  }

  private target(at: Instant | undefined): Instant | undefined {
    if (this.kind !== 'release') return undefined;
    const text = this.word('target');
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

  // --- What people do -----------------------------------------------------------------------------------------------

  private readSteps(at: Instant): void {
    const { policy, directory } = this;
    const { calendarAt } = this.world;
    const by = this.word('by');
    const readField = (field: ScenarioFieldName) =>
      this.list(field).forEach((entry, index) => {
        const read = stepOf(field, entry, by, { moments: this.moments, policy, directory, calendarAt });
        if (read === undefined) return;
        if (!read.ok) this.fault(field, read.message, index);
        else if (read.step.at < at) this.fault(field, 'nothing can happen before the beginning', index);
        else this.steps.push(read.step);
      });
    // Whoever then says `target` means where it was moved to.
    readField('reschedule');
    const moved = [...this.steps].sort((a, b) => a.at - b.at).at(-1);
    if (moved && 'body' in moved)
      this.moments = { ...this.moments, target: Date.parse((moved.body as { targetAt: string }).targetAt) };
    for (const [field] of scenarioFieldsOf(this.kind)) if (field !== 'reschedule') readField(field);
  }

  private readAway(at: Instant): { from: Instant; to: Instant }[] {
    const spans = this.list('away').flatMap((text, index) => {
      const span = spanOf(text, this.moments);
      const problem =
        typeof span === 'string'
          ? span
          : span.from <= at
            ? 'the engine must be there when it begins: say 1s..10m'
            : undefined;
      if (problem !== undefined) this.fault('away', problem, index);
      return typeof span === 'string' || problem !== undefined ? [] : [{ ...span, index }];
    });
    spans.sort((a, b) => a.from - b.from);
    spans.forEach((span, position) => {
      const before = spans[position - 1];
      if (before && span.from <= before.to) this.fault('away', 'two absences overlap', span.index);
    });
    return spans.map(({ from, to }) => ({ from, to }));
  }

  // --- What must agree ----------------------------------------------------------------------------------------------

  private checkAgreement(): void {
    const { text } = this;
    const acts = scenarioFieldsOf(this.kind)
      .map(([field]) => field)
      .filter((field) => actingFields.has(field) && text[field] !== undefined && this.list(field).length > 0);
    if (text.nobody === true && acts[0] !== undefined)
      this.fault(acts[0], 'nobody does anything in this scenario: say one or the other');
    if (text.by !== undefined && acts.length === 0)
      this.fault('by', 'it says who acts, but nothing that is done: say when, such as ack 7m');
    const atOf = (name: string) => this.steps.find((step) => step.name === name)?.at;
    const [ack, resolved] = [atOf('acknowledge'), atOf('resolve')];
    if (ack !== undefined && resolved !== undefined && resolved < ack)
      this.fault('resolve', 'it is resolved before anybody acknowledges it');
    const reopened = atOf('reopen');
    if (reopened !== undefined && (resolved === undefined || reopened <= resolved))
      this.fault('reopen', 'it can only be reopened after it was resolved', 0);
    const [deploy, deployed] = [atOf('start-deployment'), atOf('mark-deployed')];
    if (deployed !== undefined && (deploy === undefined || deployed <= deploy))
      this.fault('deployed', 'it can only be live after the deployment has begun: say deploy, earlier');
    // What a resolved incident cannot take would only be refused: said at once, it is found at once.
    if (resolved !== undefined && reopened === undefined)
      for (const { name, at } of this.steps)
        if (
          at > resolved &&
          (name === 'set-status' || (name === 'snooze' && this.list('snooze').some((one) => one.startsWith('update'))))
        )
          this.fault(name === 'snooze' ? 'snooze' : 'statusAt', 'it comes after the incident was resolved', 0);
  }

  private readUntil(at: Instant, target: Instant | undefined): Instant {
    const last = Math.max(at, ...this.steps.map((step) => step.at));
    const targets = this.steps.flatMap((step) =>
      step.name === 'reschedule' && 'body' in step ? [Date.parse((step.body as { targetAt: string }).targetAt)] : [],
    );
    const usual =
      this.kind === 'incident' ? last + tailMs : Math.max(last + dayMs, Math.max(target ?? at, ...targets) + tailMs);
    const text = this.word('until');
    const wanted = text === undefined ? usual : (this.moment('until', text) ?? usual);
    const longest = this.kind === 'incident' ? longestIncidentMs : longestReleaseMs;
    if (wanted > at + longest)
      this.fault(text === undefined ? 'at' : 'until', `at most ${formatDuration(longest)} can be looked at`);
    if (wanted <= at) this.fault('until', 'expected a moment after the beginning');
    return wanted;
  }

  // From the acknowledgement on, else from the beginning, until it is resolved.
  private addUpdates(at: Instant, until: Instant): void {
    const text = this.word('updateEvery');
    if (text === undefined || this.faults.length > 0) return;
    const every = momentOf(text, { ...this.moments, at: 0 });
    if (!every.ok || every.at < 60_000 || every.at > dayMs)
      return void this.fault('updateEvery', 'expected a length of one minute to one day, such as 25m');
    const atOf = (name: string) => this.steps.find((step) => step.name === name)?.at;
    const begins = atOf('acknowledge') ?? at;
    const ends = Math.min(until, atOf('resolve') ?? until);
    const count = Math.ceil((ends - begins) / every.at) - 1;
    if (count + this.steps.length > mostSteps)
      return void this.fault(
        'updateEvery',
        `that makes ${count} updates; at most ${mostSteps} steps are taken: resolve it, or say until`,
      );
    const by = this.word('by');
    for (let number = 1; number <= count; number++)
      this.steps.push({
        at: begins + number * every.at,
        name: 'post-update',
        body: { text: `Update ${number}` },
        ...(by === undefined ? {} : { by }),
      });
  }

  private checkOrder(_at: Instant, until: Instant): void {
    if (this.text.until !== undefined && this.steps.some((step) => step.at > until))
      this.fault('until', 'something is to happen after it');
    if (this.steps.length > mostSteps) this.fault('at', `at most ${mostSteps} steps are taken`);
  }

  // --- What comes out -----------------------------------------------------------------------------------------------

  private startInput(at: Instant, target: Instant | undefined): Script['input'] {
    const { kind, text, world, policy } = this;
    const actor = actorFacts(world.actor ?? 'anonymous', this.directory);
    const services = [...new Set(this.list('services'))];
    const title = this.word('title') ?? defaultTitles[kind];
    const severity = this.word('severity') as Severity | undefined;
    const common = { id: ids[kind], at, actor, policy };
    if (kind === 'incident')
      return {
        kind,
        ...common,
        body: {
          title,
          severity: severity ?? 'P0',
          services,
          ...(text.customerFacing === true ? { customerFacing: true } : {}),
          ...(this.word('commander') === undefined ? {} : { commander: this.word('commander')! }),
        },
      };
    return {
      kind,
      ...common,
      body: {
        title,
        services,
        targetAt: new Date(target!).toISOString(),
        ...(severity === undefined ? {} : { severity }),
        ...(this.word('strategy') === undefined ? {} : { strategy: this.word('strategy') as 'canary' }),
      },
    };
  }

  private broken(): Script['broken'] {
    const { people } = this.directory;
    const ways = this.list('absent').flatMap((person) =>
      this.world.channels.map(
        (channel) => [`${person}/${channel}`, `${people[person]?.name ?? person} is absent`] as const,
      ),
    );
    return new Map([...ways, ...this.list('broken').map((entry) => [entry, 'broken in this rehearsal'] as const)]);
  }
}
