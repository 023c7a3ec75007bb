/** Owns how a scenario says the commands that both kinds of process take. */
import { commandTable } from '../../contracts/command-table';
import { linkFault } from '../../contracts/link-target';
import {
  checkNamesOf,
  heldRoles,
  iso,
  processRoles,
  readerNames,
  recipientNames,
  type Instant,
  type Policy,
} from '../../domain';
import { given } from '../../given';
import { endOfWorkOn } from '../compile/local-instant';
import type { Acts, CommonCommand } from './act';
import {
  clauses,
  known,
  knownList,
  levelOfPolicy,
  maybePair,
  moment,
  momentAlone,
  noteOf,
  pair,
  parts,
  peopleOf,
  reasonOf,
  spanOf,
  Unfit,
  type StepWorld,
} from './entry-text';

export const commonActs = {
  'assign-role': {
    field: 'assign',
    read: (text, world) => {
      const form = 'a moment, a person and a role, such as 3m=ana as technical-lead, or 3m=nobody as commander';
      const { at, value } = pair(text, form, world);
      const [who = '', role = ''] = parts(/^(\S+)\s+as\s+(\S+)$/, value, form);
      const person = who === 'nobody' ? null : known('person', who, peopleOf(world));
      const body = { role: known('role', role, [...processRoles, ...heldRoles(world.directory)]), person };
      return { at, name: 'assign-role', body };
    },
  },
  'set-severity': {
    field: 'severityAt',
    because: true,
    read: (text, world) => {
      const { at, value } = pair(text, 'a moment and a severity, such as 20m=P0', world);
      return { at, name: 'set-severity', body: { severity: levelOfPolicy(value, world), reason: reasonOf(world) } };
    },
  },
  'post-update': {
    field: 'update',
    read: (text, world) => {
      const form = 'a moment, and maybe an audience and the next update, such as 10m=public, next 40m';
      const { at, value } = maybePair(text, form, world);
      const said = value === undefined ? {} : clauses(value, ['public', 'internal', 'next'], form);
      const [next] = said.next ?? [];
      const body = {
        text: 'As rehearsed',
        ...given({ audience: said.public ? ('public' as const) : said.internal ? ('internal' as const) : undefined }),
        ...given({ nextUpdateAt: next === undefined ? undefined : iso(moment(next, world)) }),
      };
      return { at, name: 'post-update', body };
    },
  },
  'complete-items': {
    field: 'completeItems',
    because: true,
    read: (text, world) => {
      const { at, items } = itemsAt(text, world);
      return { at, name: 'complete-items', body: { items, ...noteOf(world) } };
    },
  },
  'skip-items': {
    field: 'skip',
    because: true,
    read: (text, world) => {
      const { at, items } = itemsAt(text, world);
      return { at, name: 'skip-items', body: { items, reason: reasonOf(world) } };
    },
  },
  'reopen-items': {
    field: 'reopenItems',
    because: true,
    read: (text, world) => {
      const { at, items } = itemsAt(text, world);
      return { at, name: 'reopen-items', body: { items, reason: reasonOf(world) } };
    },
  },
  snooze: {
    field: 'snooze',
    because: true,
    read: (text, world) => {
      const form = 'a deadline and two moments, such as update@30m..45m';
      const [id = '', times = ''] = parts(/^([^@\s]+)\s*@\s*(.+)$/, text, form);
      const span = spanOf(times, world.moments);
      if (typeof span === 'string') throw new Unfit(span);
      const deadline = known('deadline', id, world.deadlines);
      return { at: span.from, name: 'snooze', body: { deadline, until: iso(span.to), reason: reasonOf(world) } };
    },
  },
  escalate: {
    field: 'escalate',
    because: true,
    read: (text, world) => {
      const { at, value } = maybePair(text, 'a moment, and maybe a person or a role, such as 10m=cto', world);
      const to = value === undefined ? undefined : knownList('recipient', value, recipientNames(world.directory));
      return { at, name: 'escalate', body: { reason: reasonOf(world), ...given({ to }) } };
    },
  },
  restrict: {
    field: 'restrict',
    read: (text, world) => {
      const { at, value } = pair(text, 'a moment and people or roles, such as 10m=cto, leila', world);
      return { at, name: 'restrict', body: { to: knownList('reader', value, readerNames(world.directory)) } };
    },
  },
  unrestrict: {
    field: 'unrestrict',
    because: true,
    read: (text, world) => ({
      at: momentAlone(text, world),
      name: 'unrestrict',
      body: { reason: reasonOf(world) },
    }),
  },
  'set-title': {
    field: 'setTitle',
    read: (text, world) => {
      const { at, value } = pair(text, 'a moment and a title, such as 10m=Nobody can pay', world);
      return { at, name: 'set-title', body: { title: value } };
    },
  },
  comment: {
    field: 'comment',
    read: (text, world) => {
      const { at, value } = pair(text, 'a moment and a text, such as 10m=the cache is cold', world);
      return { at, name: 'comment', body: { text: value } };
    },
  },
  'add-action-item': {
    field: 'action',
    read: (text, world) => {
      const form = 'a moment, an owner and a due date, such as 40m=leila due 5d, or due 2026-12-16';
      const { at, value } = pair(text, form, world);
      const [owner = '', due = ''] = parts(/^(\S+)\s+due\s+(.+)$/, value, form);
      const body = {
        title: 'As rehearsed',
        owner: known('recipient', owner, recipientNames(world.directory)),
        dueAt: iso(endOfWorkOn(due, world.moments.calendarAt) ?? moment(due, world)),
      };
      return { at, name: 'add-action-item', body };
    },
  },
  'complete-action-item': {
    field: 'completeActionItem',
    read: (text, world) => {
      const { at, value } = pair(text, 'a moment and the number of an action item, such as 4d=1', world);
      return { at, name: 'complete-action-item', body: { actionItem: value } };
    },
  },
  'drop-action-item': {
    field: 'dropActionItem',
    because: true,
    read: (text, world) => {
      const { at, value } = pair(text, 'a moment and the number of an action item, such as 4d=1', world);
      return { at, name: 'drop-action-item', body: { actionItem: value, reason: reasonOf(world) } };
    },
  },
  link: {
    field: 'link',
    read: (text, world) => {
      const form = 'a moment, a relation and an address or an id, such as 10m=ticket https://example.com/7';
      const { at, value } = pair(text, form, world);
      const [word = '', to = ''] = parts(/^(\S+)\s+(\S+)$/, value, form);
      const fault = linkFault(to);
      if (fault !== undefined) throw new Unfit(`expected ${form}; of the target: ${fault}`);
      return {
        at,
        name: 'link',
        body: { to, relation: known('relation', word, commandTable.link.fields.relation.values) },
      };
    },
  },
  'write-review': {
    field: 'review',
    read: (text, world) => ({ at: moment(text, world), name: 'write-review', body: { rootCause: 'as rehearsed' } }),
  },
  cancel: {
    field: 'cancel',
    because: true,
    read: (text, world) => ({ at: momentAlone(text, world), name: 'cancel', body: { reason: reasonOf(world) } }),
  },
  close: {
    field: 'close',
    because: true,
    read: (text, world) => ({ at: momentAlone(text, world), name: 'close', body: given({ skipRest: world.because }) }),
  },
  'report-check': {
    field: 'reportCheck',
    read: (text, world) => {
      const form = 'a moment, a check and its result, such as 2d=code-coverage fail, or 2d=code-coverage pass 71';
      const { at, value } = pair(text, form, world);
      const [name = '', result = '', measured] = parts(/^(\S+)\s+(pass|fail)(?:\s+(\S+))?$/, value, form);
      const check = known('check', name, checkNamesOf(world.policy));
      const number = measured !== undefined && /^-?\d+(\.\d+)?$/.test(measured) ? Number(measured) : measured;
      const body = {
        check,
        result: result === 'pass' ? ('pass' as const) : ('fail' as const),
        ...given({ value: number }),
      };
      return { at, name: 'report-check', body };
    },
  },
  decide: {
    field: 'vote',
    because: true,
    read: (text, world) => {
      const { at, value } = pair(text, 'a moment and a vote, such as 2h=go', world);
      const [word = '', named] = value.split(/\s+at\s+/);
      const decision = known('vote', word, commandTable.decide.fields.decision.values);
      const why = decision === 'override' ? { note: reasonOf(world) } : noteOf(world);
      return { at, name: 'decide', body: { gate: gateOf(named, world), decision, ...why } };
    },
  },
} as const satisfies Acts<CommonCommand>;

const itemsOf = ({ phases }: Policy) => phases.flatMap(({ groups }) => groups.flatMap(({ items }) => items));
function itemsAt(text: string, world: StepWorld): { at: Instant; items: string[] } {
  const { at, value } = pair(text, 'a moment and items, such as 3h=coverage', world);
  const ids = itemsOf(world.policy).map(({ id }) => id);
  return { at, items: knownList('item', value, ids) };
}

// The gate that a vote means: the only one, or by its name.
function gateOf(name: string | undefined, { policy }: StepWorld): string {
  const [only, ...more] = policy.gates.map(({ id }) => id);
  if (only === undefined) throw new Unfit(`the template ${policy.template.name} has no gate`);
  if (name === undefined && more.length > 0)
    throw new Unfit(`there are several gates; say at which, such as 2h=go at ${only}`);
  return name === undefined ? only : known('gate', name, [only, ...more]);
}
