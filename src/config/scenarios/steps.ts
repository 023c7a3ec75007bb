/**
 * Owns the steps of the fields of a scenario: `ack: 7m by giorgos`, `severity-at: 20m=P0`, `snooze:
 * update@30m..45m`. An entry of a field becomes one step, or an error that says what would be
 * right. Knows nothing of the other fields.
 */
import type { ScenarioFieldName } from '../../contracts/rehearsal-fields';
import {
  iso,
  levelNamed,
  levelProblem,
  levelsOf,
  type DeadlineKind,
  deadlineId,
  kindRules,
  responseId,
  updateId,
  recipientNames,
  unknownName,
  type Calendars,
  type Directory,
  type Instant,
  type Policy,
  type ScriptStep,
} from '../../domain';
import { momentOf, type Moments } from './moments';

/** The surroundings against which an entry is read. */
export interface StepWorld {
  readonly moments: Moments;
  readonly policy: Policy;
  readonly directory: Directory;
  readonly calendarsAt: (at: Instant) => Calendars;
}
export type StepRead =
  { readonly ok: true; readonly step: ScriptStep } | { readonly ok: false; readonly message: string };

class Unfit extends Error {}

/**
 * The step that `entry` of `field` means; undefined for a field that is not a step. `by`: the
 * person who acts when the entry names nobody.
 */
export function stepOf(
  field: ScenarioFieldName,
  entry: string,
  by: string | undefined,
  world: StepWorld,
): StepRead | undefined {
  const reader = readers[field];
  if (!reader) return undefined;
  const named = /^(.*\S)\s+by\s+(\S+)$/.exec(entry.trim());
  const who = named?.[2] ?? by;
  try {
    if (named && field === 'go')
      throw new Unfit('as many different people decide as the gate needs, so "by" cannot say who: leave it out');
    if (named && !Object.hasOwn(world.directory.people, named[2]!))
      throw new Unfit(unknownName('person', named[2]!, Object.keys(world.directory.people)));
    const step = reader(named?.[1] ?? entry.trim(), world);
    return { ok: true, step: who === undefined ? step : { ...step, by: who } };
  } catch (error) {
    if (error instanceof Unfit) return { ok: false, message: error.message };
    throw error;
  }
}

/** Two moments, `10m..40m`, or a message about their fault. */
export function spanOf(text: string, moments: Moments): { readonly from: Instant; readonly to: Instant } | string {
  const found = /^(.+?)\.\.(.+)$/.exec(text.trim());
  if (!found) return `expected two moments, such as 10m..40m, found "${text.slice(0, 60)}"`;
  const [from, to] = [momentOf(found[1]!.trim(), moments), momentOf(found[2]!.trim(), moments)];
  if (!from.ok) return from.message;
  if (!to.ok) return to.message;
  if (to.at <= from.at) return `it ends at ${found[2]!.trim()}, before or when it begins at ${found[1]!.trim()}`;
  return { from: from.at, to: to.at };
}

type Reader = (text: string, world: StepWorld) => ScriptStep;
const why = { reason: 'as rehearsed' };

function moment(text: string, { moments }: StepWorld): Instant {
  const read = momentOf(text, moments);
  if (!read.ok) throw new Unfit(read.message);
  return read.at;
}
/** `20m=P0`: the moment, and the text after the sign. */
function pair(text: string, form: string, world: StepWorld): { at: Instant; value: string } {
  const cut = text.indexOf('=');
  if (cut < 1 || cut === text.length - 1) throw new Unfit(`expected ${form}, found "${text.slice(0, 60)}"`);
  return { at: moment(text.slice(0, cut).trim(), world), value: text.slice(cut + 1).trim() };
}
function known<T extends string>(what: string, name: string, names: readonly T[]): T {
  const found = names.find((one) => one === name);
  if (found === undefined) throw new Unfit(unknownName(what, name, names));
  return found;
}

// The gate that a vote means: the only one, or by its name.
function gateOf(name: string | undefined, { policy }: StepWorld): string {
  const [only, ...more] = policy.gates.map(({ id }) => id);
  if (only === undefined) throw new Unfit(`the template ${policy.template.name} has no gate`);
  if (name === undefined && more.length > 0)
    throw new Unfit(`there are several gates; say at which, such as 2h=go at ${only}`);
  return name === undefined ? only : known('gate', name, [only, ...more]);
}

const readers: Partial<Record<ScenarioFieldName, Reader>> = {
  ack: (text, world) => ({ at: moment(text, world), name: 'acknowledge', body: {} }),
  severityAt: (text, world) => {
    const { at, value } = pair(text, 'a moment and a severity, such as 20m=P0', world);
    const severity = levelNamed(levelsOf(world.policy), value);
    if (severity === undefined) throw new Unfit(levelProblem(world.policy, value));
    return { at, name: 'set-severity', body: { severity, ...why } };
  },
  statusAt: (text, world) => {
    const { at, value } = pair(text, 'a moment and a status, such as 10m=identified', world);
    const status = known('status', value, ['investigating', 'identified', 'monitoring'] as const);
    return { at, name: 'set-status', body: { status } };
  },
  escalate: (text, world) => {
    if (!text.includes('=')) return { at: moment(text, world), name: 'escalate', body: why };
    const { at, value } = pair(text, 'a moment, and maybe a person or a role, such as 10m=cto', world);
    const names = recipientNames(world.directory);
    return {
      at,
      name: 'escalate',
      body: { ...why, to: value.split(',').map((one) => known('recipient', one.trim(), names)) },
    };
  },
  handOff: (text, world) => {
    const { at, value } = pair(text, 'a moment and a person, such as 20m=bruno', world);
    return { at, name: 'hand-off', body: { to: known('person', value, Object.keys(world.directory.people)) } };
  },
  snooze: (text, world) => {
    const found = /^([^@\s]+)\s*@\s*(.+)$/.exec(text);
    const span = found && spanOf(found[2]!, world.moments);
    if (!found || typeof span === 'string')
      throw new Unfit(
        typeof span === 'string'
          ? span
          : `expected a deadline and two moments, such as update@30m..45m, found "${text.slice(0, 60)}"`,
      );
    const deadline = known('deadline', found[1]!, deadlineIdsOf(world.policy));
    return { at: span!.from, name: 'snooze', body: { deadline, until: iso(span!.to), ...why } };
  },
  done: (text, world) => {
    const { at, value } = pair(text, 'a moment and an item or a phase, such as 3d=planning', world);
    const { phases, repeated } = world.policy;
    const names = [...phases, ...(repeated?.phases ?? [])].flatMap(({ id, groups }) => [
      id,
      ...groups.flatMap((group) => group.items.map((item) => item.id)),
    ]);
    return { at, name: 'complete', what: value.split(',').map((id) => known('item or phase', id.trim(), names)) };
  },
  resolve: (text, world) => ({ at: moment(text, world), name: 'resolve', body: {} }),
  reopen: (text, world) => ({ at: moment(text, world), name: 'reopen', body: why }),
  reschedule: (text, world) => {
    const { at, value } = pair(text, 'a moment and a target, such as 3d=2026-12-16T10:00', world);
    const to = moment(value, world);
    if (to <= at) throw new Unfit('the new target must lie after the moment at which it is said');
    return { at, name: 'reschedule', body: { targetAt: iso(to), ...why }, calendars: world.calendarsAt(at) };
  },
  go: (text, world) => ({ at: moment(text, world), name: 'pass-gates' }),
  vote: (text, world) => {
    const { at, value } = pair(text, 'a moment and a vote, such as 2h=go', world);
    const [word = '', named] = value.split(/\s+at\s+/);
    const decision = known('vote', word, ['go', 'no-go', 'defer', 'override'] as const);
    const note = decision === 'override' ? { note: why.reason } : {};
    return { at, name: 'decide', body: { gate: gateOf(named, world), decision, ...note } };
  },
  deploy: (text, world) => {
    if (!text.includes('=')) return { at: moment(text, world), name: 'start-deployment', body: {} };
    const { at, value } = pair(text, 'a moment, and maybe early or override, such as 3d=early', world);
    const how = known('way to begin', value, ['early', 'override'] as const);
    return { at, name: 'start-deployment', body: { [how]: why.reason } };
  },
  deployed: (text, world) => ({ at: moment(text, world), name: 'mark-deployed', body: {} }),
};

/** The fields that are acts of people. */
export const actingFields: ReadonlySet<ScenarioFieldName> = new Set([
  ...(Object.keys(readers) as ScenarioFieldName[]),
  'updateEvery' as const,
]);

/** The ids of the deadlines that a process of `policy` may have, except those of action items. */
export function deadlineIdsOf({ kind, phases, gates }: Policy): string[] {
  const items = phases.flatMap(({ groups }) => groups.flatMap((group) => group.items.filter(({ due }) => due)));
  const ids = {
    response: [responseId],
    update: [updateId],
    phase: phases.filter(({ due }) => due).map(({ id }) => deadlineId('phase', id)),
    gate: gates.filter(({ due }) => due).map(({ id }) => deadlineId('gate', id)),
    item: items.map(({ id }) => deadlineId('item', id)),
    'action-item': [],
  } satisfies Record<DeadlineKind, string[]>;
  return Object.keys(ids)
    .map((one) => one as DeadlineKind)
    .filter((one) => kindRules[one].processes.includes(kind))
    .flatMap((one) => ids[one]);
}
