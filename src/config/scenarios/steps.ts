/**
 * Owns the steps of the fields of a scenario: an entry of a field, `7m by giorgos`, becomes one
 * step, or an error that says what would be right. The entries of single commands are read in
 * acts.ts. Knows nothing of the agreement of fields.
 */
import { checkShape } from '../../contracts/command-shape';
import { textRules } from '../../contracts/field-rules';
import type { ScenarioFieldName } from '../../contracts/rehearsal-fields';
import {
  type DeadlineKind,
  deadlineId,
  kindRules,
  responseId,
  teamResponseId,
  updateId,
  unknownName,
  type Policy,
  type ScriptStep,
} from '../../domain';
import { given } from '../../given';
import { acts } from './acts';
import { known, knownList, levelOfPolicy, moment, pair, parts, Unfit, type StepWorld } from './entry-text';

export type StepRead =
  { readonly ok: true; readonly step: ScriptStep } | { readonly ok: false; readonly message: string };

interface Reader {
  readonly because?: true;
  readonly read: (text: string, world: StepWorld) => ScriptStep;
}

/** Fields whose steps come to several commands, or are of another incident. */
const further = {
  done: {
    read: (text, world) => {
      const { at, value } = pair(text, 'a moment and an item or a phase, such as 3d=planning', world);
      const { phases, repeated } = world.policy;
      const names = [...phases, ...(repeated?.phases ?? [])].flatMap(({ id, groups }) => [
        id,
        ...groups.flatMap((group) => group.items.map((item) => item.id)),
      ]);
      return { at, name: 'complete', what: knownList('item or phase', value, names) };
    },
  },
  go: { read: (text, world) => ({ at: moment(text, world), name: 'pass-gates' }) },
  incident: {
    read: (text, world) => {
      const { at, value } = pair(text, 'a moment and the level of an incident, or over, such as 2h=P1', world);
      if (value === 'over') return { at, name: 'incident-ends' };
      const severity = known('severity', value, world.declaredLevels);
      const incident = { id: `INC-other-${world.index + 1}`, severity, since: at };
      return { at, name: 'incident-opens', incident, levels: world.declaredLevels };
    },
  },
  mergedFrom: {
    read: (text, world) => {
      const form =
        'a moment and another incident, such as 4m=P0 of bookings, search, or 4m=P0 of bookings, omar has it';
      const { at, value } = pair(text, form, world);
      const [severity = '', named, holder] = parts(/^(\S+?)(?:\s+of\s+(.+?))?(?:,\s*(\S+)\s+has\s+it)?$/, value, form);
      const { people, services } = world.directory;
      const other = {
        id: `INC-other-${world.index + 1}`,
        severity: levelOfPolicy(severity, world),
        services: named === undefined ? [] : knownList('service', named, Object.keys(services)),
        ...given({ holder: holder === undefined ? undefined : known('person', holder, Object.keys(people)) }),
      };
      return { at, name: 'take-other', other };
    },
  },
} as const satisfies Partial<Record<ScenarioFieldName, Reader>>;

const readers: ReadonlyMap<ScenarioFieldName, Reader> = new Map<ScenarioFieldName, Reader>([
  ...Object.values(acts).map((act): [ScenarioFieldName, Reader] => [act.field, act]),
  ...(Object.entries(further) as [ScenarioFieldName, Reader][]),
]);

/** The fields that are acts of people. */
export const actingFields: ReadonlySet<ScenarioFieldName> = new Set([...readers.keys(), 'updateEvery' as const]);

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
  const reader = readers.get(field);
  if (!reader) return undefined;
  try {
    const { rest, who } = actorOf(entry.trim(), world);
    if (who !== undefined && field === 'go')
      throw new Unfit('as many different people decide as the gate needs, so "by" cannot say who: leave it out');
    const [, text = rest, because] = (reader.because && /^(.*?\S)\s+because\s+(\S.*)$/.exec(rest)) || [];
    const step = reader.read(text, { ...world, ...given({ because }) });
    if ('body' in step) checkBody(step);
    return { ok: true, step: { ...step, ...given({ by: who ?? by }) } };
  } catch (error) {
    if (error instanceof Unfit) return { ok: false, message: error.message };
    throw error;
  }
}

// A real command with this body would be refused for its form.
function checkBody({ name, body }: Extract<ScriptStep, { body: object }>): void {
  const shape = checkShape(name, body);
  if (!shape.ok) throw new Unfit(shape.errors.map(({ path, message }) => `${path}: ${message}`).join('; '));
}

// `by giorgos` at the end. Somebody whom people.yaml does not have is named on purpose, because
// most unknown names are slips (R16).
function actorOf(entry: string, { directory: { people } }: StepWorld): { rest: string; who?: string } {
  const named = /^(.*\S)\s+by\s+(unknown\s+)?(\S+)$/.exec(entry);
  if (!named) return { rest: entry };
  const [, rest = '', unknown, who = ''] = named;
  const isKnown = Object.hasOwn(people, who);
  if (unknown !== undefined && isKnown) throw new Unfit(`${who} is in people.yaml: say by ${who}, without unknown`);
  if (unknown === undefined && !isKnown)
    throw new Unfit(
      `${unknownName('person', who, Object.keys(people))} Somebody who is not in people.yaml acts "by unknown ${who}"`,
    );
  const { max, pattern, expected } = textRules.person;
  if (who.length > max || !pattern.test(who)) throw new Unfit(`by: expected ${expected}`);
  return { rest, who };
}

/**
 * The ids of the deadlines that a process of `policy` may have, with the responses of `teams` (R9)
 * and as many action items as the scenario adds.
 */
export function deadlineIdsOf(
  { kind, phases, gates }: Policy,
  { teams, actionItems }: { readonly teams: readonly string[]; readonly actionItems: number },
): string[] {
  const items = phases.flatMap(({ groups }) => groups.flatMap((group) => group.items.filter(({ due }) => due)));
  const ids = {
    response: [responseId, ...teams.map((team) => teamResponseId(team))],
    update: [updateId],
    phase: phases.filter(({ due }) => due).map(({ id }) => deadlineId('phase', id)),
    gate: gates.filter(({ due }) => due).map(({ id }) => deadlineId('gate', id)),
    item: items.map(({ id }) => deadlineId('item', id)),
    'action-item': Array.from({ length: actionItems }, (_, index) => deadlineId('action-item', `${index + 1}`)),
  } satisfies Record<DeadlineKind, string[]>;
  return Object.keys(ids)
    .map((one) => one as DeadlineKind)
    .filter((one) => kindRules[one].processes.includes(kind))
    .flatMap((one) => ids[one]);
}
