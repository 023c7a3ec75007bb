/**
 * Owns how a scenario is read: the fields of a rehearsal (contracts/rehearsal-fields.ts) as a script for the rules. Times count from the
 * beginning, or are instants; names must be known; what contradicts itself is refused. Knows no file, no flag and no HTTP.
 */
import type { ProcessKind, Severity } from '../contracts/command-table';
import { scenarioFieldsOf, type ScenarioFieldName, type ScenarioText } from '../contracts/rehearsal-fields';
import { actorFacts, unknownName, type Directory, type Instant, type Policy, type Script } from '../domain';
import type { ScriptStep } from '../domain';
import { formatDuration } from '../domain';
import { instantOfText } from './local-instant';
import { momentOf, type Moments } from './moments';
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
    return read.ok ? read.at : this.fault(field, read.message);
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

  private moment(field: ScenarioFieldName, text: string, index?: number): Instant | undefined {
    const read = momentOf(text, this.moments);
    return read.ok ? read.at : this.fault(field, read.message, index);
  }

  // --- What people do -----------------------------------------------------------------------------------------------

  private readSteps(at: Instant): void {
    const by = this.word('by');
    const actor = by === undefined ? {} : { by };
    const add = (step: ScriptStep | undefined) => void (step && this.steps.push(step));
    const iso = (instant: Instant) => new Date(instant).toISOString();
    const why = { reason: 'as rehearsed' };
    const one = (field: ScenarioFieldName, step: (at: Instant) => ScriptStep) => {
      const text = this.word(field);
      const moment = text === undefined ? undefined : this.moment(field, text);
      if (moment !== undefined) add(step(moment));
    };
    /** `20m=P0`: the moment, and what stands behind it. */
    const pairs = (field: ScenarioFieldName, form: string, step: (at: Instant, value: string, index: number) => void) =>
      this.list(field).forEach((text, index) => {
        const cut = text.indexOf('=');
        if (cut < 1 || cut === text.length - 1)
          return void this.fault(field, `expected ${form}, found "${text.slice(0, 60)}"`, index);
        const moment = this.moment(field, text.slice(0, cut).trim(), index);
        if (moment !== undefined) step(moment, text.slice(cut + 1).trim(), index);
      });

    one('ack', (when) => ({ at: when, name: 'acknowledge', body: {}, ...actor }));
    pairs('severityAt', 'a moment and a severity, such as 20m=P0', (when, value, index) => {
      if (!Object.hasOwn(this.policy.severities, value))
        return this.fault('severityAt', unknownName('severity', value, ['P0', 'P1', 'P2', 'P3']), index);
      return add({ at: when, name: 'set-severity', body: { severity: value as Severity, ...why }, ...actor });
    });
    const statuses = ['investigating', 'identified', 'monitoring'] as const;
    pairs('statusAt', 'a moment and a status, such as 10m=identified', (when, value, index) => {
      const status = statuses.find((known) => known === value);
      if (status === undefined) return this.fault('statusAt', unknownName('status', value, statuses), index);
      return add({ at: when, name: 'set-status', body: { status }, ...actor });
    });
    this.list('escalate').forEach((text, index) => {
      const [first = '', to] = text.split('=', 2);
      const when = this.moment('escalate', first.trim(), index);
      const { people } = this.directory;
      const names = [...Object.keys(people), ...Object.values(people).flatMap(({ roles }) => roles), ...slotNames];
      if (to !== undefined && !names.includes(to))
        return void this.fault('escalate', unknownName('person or role', to, [...new Set(names)]), index);
      if (when !== undefined)
        add({ at: when, name: 'escalate', body: { ...why, ...(to === undefined ? {} : { to }) }, ...actor });
    });
    for (const [field, step] of [
      ['handOff', { name: 'escalate', body: { ...why, handOff: true } }],
      ['reopen', { name: 'reopen', body: why }],
    ] as const)
      this.list(field).forEach((text, index) => {
        const when = this.moment(field, text, index);
        if (when !== undefined) add({ at: when, ...step, ...actor });
      });
    this.list('snooze').forEach((text, index) => {
      const found = /^([^@\s]+)\s*@\s*(.+?)\.\.(.+)$/.exec(text);
      if (!found)
        return void this.fault(
          'snooze',
          `expected a deadline and two moments, such as update@30m..45m, found "${text.slice(0, 60)}"`,
          index,
        );
      const known = deadlineIdsOf(this.policy);
      if (!known.includes(found[1]!)) this.fault('snooze', unknownName('deadline', found[1]!, known), index);
      const span = this.span('snooze', found[2]!, found[3]!, index);
      if (span)
        add({ at: span.from, name: 'snooze', body: { deadline: found[1]!, until: iso(span.to), ...why }, ...actor });
    });
    pairs('done', 'a moment and an item or a phase, such as 3d=planning', (when, value, index) => {
      const what = value.split(',').map((id) => id.trim());
      const known = this.policy.phases.flatMap(({ id, groups }) => [
        id,
        ...groups.flatMap((group) => group.items.map((item) => item.id)),
      ]);
      const unknown = what.find((id) => !known.includes(id));
      if (unknown !== undefined) return this.fault('done', unknownName('item or phase', unknown, known), index);
      return add({ at: when, name: 'complete', what, ...actor });
    });
    pairs('reschedule', 'a moment and a target, such as 3d=2026-12-16T10:00', (when, value, index) => {
      const to = momentOf(value, this.moments);
      if (!to.ok) return this.fault('reschedule', to.message, index);
      if (to.at <= when)
        return this.fault('reschedule', 'the new target must lie after the moment at which it is said', index);
      return add({
        at: when,
        name: 'reschedule',
        body: { targetAt: iso(to.at), ...why },
        calendar: this.world.calendarAt(when),
        ...actor,
      });
    });
    one('go', (when) => ({ at: when, name: 'pass-gates', ...actor }));
    one('deploy', (when) => ({ at: when, name: 'start-deployment', body: {}, ...actor }));
    one('deployed', (when) => ({ at: when, name: 'mark-deployed', body: {}, ...actor }));
    one('resolve', (when) => ({ at: when, name: 'resolve', body: {}, ...actor }));
    for (const step of this.steps) if (step.at < at) this.fault('at', 'nothing can happen before the beginning');
  }

  private span(field: ScenarioFieldName, from: string, to: string, index: number) {
    const [begins, ends] = [this.moment(field, from.trim(), index), this.moment(field, to.trim(), index)];
    if (begins === undefined || ends === undefined) return undefined;
    if (ends <= begins)
      return this.fault(field, `it ends at ${to.trim()}, before or when it begins at ${from.trim()}`, index);
    return { from: begins, to: ends };
  }

  private readAway(at: Instant): { from: Instant; to: Instant }[] {
    const spans = this.list('away').flatMap((text, index) => {
      const found = /^(.+?)\.\.(.+)$/.exec(text);
      if (!found)
        return this.fault('away', `expected two moments, such as 10m..40m, found "${text.slice(0, 60)}"`, index) ?? [];
      const span = this.span('away', found[1]!, found[2]!, index);
      if (span && span.from <= at)
        return this.fault('away', 'the engine must be there when it begins; say 1s..10m', index) ?? [];
      return span ? [{ ...span, index }] : [];
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
      .filter((field) => peopleAct.has(field) && text[field] !== undefined && this.list(field).length > 0);
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
      this.kind === 'incident'
        ? last + tailMs
        : Math.max(last + dayMs, Math.max(target ?? at, ...targets) + tailMs);
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

const slotNames = ['primary', 'secondary', 'escalation-manager'];
const peopleAct = new Set<ScenarioFieldName>([
  'ack',
  'severityAt',
  'statusAt',
  'updateEvery',
  'escalate',
  'handOff',
  'snooze',
  'done',
  'resolve',
  'reopen',
  'reschedule',
  'go',
  'deploy',
  'deployed',
]);

/** The deadlines that a process of `policy` may have, but for those of action items. */
export function deadlineIdsOf({ kind, phases, gates }: Policy): string[] {
  const items = phases.flatMap(({ groups }) => groups.flatMap((group) => group.items.filter(({ due }) => due)));
  return [
    ...(kind === 'incident' ? ['response', 'update'] : []),
    ...phases.filter(({ due }) => due).map(({ id }) => `phase.${id}`),
    ...gates.filter(({ due }) => due).map(({ id }) => `gate.${id}`),
    ...items.map(({ id }) => `item.${id}`),
  ];
}
