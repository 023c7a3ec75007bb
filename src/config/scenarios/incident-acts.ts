/** Owns how a scenario says the commands that only an incident takes. */
import { commandTable, type CommandOf } from '../../contracts/command-table';
import { readerNames } from '../../domain';
import { given } from '../../given';
import type { Acts, CommonCommand, StepOf } from './act';
import {
  clauses,
  known,
  maybePair,
  momentAlone,
  noteOf,
  pair,
  parts,
  peopleOf,
  reasonOf,
  Unfit,
  type StepWorld,
} from './entry-text';

export const incidentActs = {
  acknowledge: {
    field: 'ack',
    because: true,
    read: (text, world) => ({ at: momentAlone(text, world), name: 'acknowledge', body: noteOf(world) }),
  },
  'set-status': {
    field: 'statusAt',
    because: true,
    read: (text, world) => {
      const { at, value } = pair(text, 'a moment and a status, such as 10m=identified', world);
      const { values } = commandTable['set-status'].fields.status;
      return { at, name: 'set-status', body: { status: known('status', value, values), ...noteOf(world) } };
    },
  },
  'record-impact': { field: 'impact', read: (text, world) => recordImpact(text, world) },
  'hand-off': {
    field: 'handOff',
    because: true,
    read: (text, world) => {
      const form = 'a moment, and maybe a person, such as 20m=bruno (20m alone: whoever is on call then)';
      const { at, value } = maybePair(text, form, world);
      const to = value === undefined ? undefined : known('person', value, peopleOf(world));
      return { at, name: 'hand-off', body: { ...given({ to }), ...noteOf(world) } };
    },
  },
  resolve: {
    field: 'resolve',
    because: true,
    read: (text, world) => ({ at: momentAlone(text, world), name: 'resolve', body: given({ summary: world.because }) }),
  },
  reopen: {
    field: 'reopen',
    because: true,
    read: (text, world) => ({ at: momentAlone(text, world), name: 'reopen', body: { reason: reasonOf(world) } }),
  },
  merge: {
    field: 'merge',
    read: (text, world) => {
      const form = 'a moment and the incident that stays, such as 20m=INC-2026-12-09-002';
      const { at, value } = pair(text, form, world);
      const [into = '', severity] = parts(/^(INC-\d{4}-\d{2}-\d{2}-\d{3,})(?:\s+as\s+(\S+))?$/, value, form);
      return { at, name: 'merge', body: { into, ...given({ severity }) } };
    },
  },
} as const satisfies Acts<Exclude<CommandOf<'incident'>, CommonCommand>>;

function recordImpact(text: string, world: StepWorld): StepOf<'record-impact'> {
  const form = 'a moment and what is affected, such as 5m=add bookings, search, remove payments, customer-facing';
  const { at, value } = pair(text, form, world);
  const keywords = ['add', 'remove', 'customer-facing', 'not customer-facing', 'label', 'restricted-to'] as const;
  const said = clauses(value, keywords, form);
  const named = (what: string, names: readonly string[] | undefined, of: readonly string[]) => {
    if (names?.length === 0) throw new Unfit(`which ${what}? Expected ${form}`);
    return names?.map((name) => known(what, name, of));
  };
  if (said.add !== undefined && said.remove?.some((name) => said.add?.includes(name)))
    throw new Unfit('a service is either added or removed');
  const body = given({
    addServices: named('service', said.add, Object.keys(world.directory.services)),
    removeServices: named('service', said.remove, Object.keys(world.directory.services)),
    labels: said.label === undefined ? undefined : [...said.label],
    restrictedTo: named('person or role', said['restricted-to'], readerNames(world.directory)),
    customerFacing: said['customer-facing'] ? true : said['not customer-facing'] ? false : undefined,
  });
  return { at, name: 'record-impact', body };
}
