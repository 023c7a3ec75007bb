/**
 * Walks the table of commands: no accepted command does nothing. Each command has an example that
 * changes the state, shows to readers and is given again by what-if. A command or a field without
 * an example does not compile or fails here.
 */
import { commandTable, type CommandSpec } from '../../src/contracts/command-table';
import {
  incidentStanding,
  recordedCommands,
  rehearse,
  standingChange,
  timelineOf,
  viewOf,
  type CommandBody,
  type Policy,
  type ProcessCommandName,
  type ProcessKind,
  type ProcessState,
} from '../../src/domain';
import { gate, calendar, day, incidentPolicy, minute, phase, t0 } from '../support/policy';
import { iso } from '../support/scripts';
import { directory, incident, release, type Story } from '../support/story';

interface Example<N extends ProcessCommandName> {
  /** The process that takes the command. */
  readonly on: () => Story;
  readonly body: CommandBody<N>;
  readonly by?: string;
  /** Fields of the command that this example has to leave out, with the reasons. */
  readonly without?: { readonly [F in keyof CommandBody<N>]?: string };
  /** Why only the timeline shows the command. */
  readonly onlyOnTimeline?: string;
}
type Examples = {
  [N in ProcessCommandName]: { [K in (typeof commandTable)[N]['for'][number]]: Example<N> };
};

const smoke = phase('smoke', [{ id: 'smoke-test', text: 'Smoke test', check: { name: 'smoke', atLeast: 1 } }]);
const checked: Policy = { ...incidentPolicy, phases: [...incidentPolicy.phases, smoke] };
const declared = () => incident({ severity: 'P1' }, checked);
const guarded = () =>
  incident({ severity: 'P1' }, { ...checked, gates: [gate('tell-all', 'review', { roles: ['cto'] })] });
const answered = () => declared().at('1m', 'acknowledge', {}, 'giorgos');
const resolved = () => answered().at('8m', 'resolve', {});
const planned = () => release('2026-12-30T10:00:00+02:00');
const deploying = () => planned().at('8m', 'start-deployment', { override: 'x' }, 'chiara');
const deployed = () => deploying().at('9m', 'mark-deployed', {}, 'jonas');
/** The instant at which the command of an example is given. */
const now = t0 + 10 * minute;

const itemsOnRecord = { phases: 'the record names each item of the phase, and what-if ticks these' };
const noUpdateDue = { nextUpdateAt: 'a release owes no updates' };
const actionItem = { title: 'mend it', owner: 'cto', dueAt: iso(now + 2 * day) };
const review = { rootCause: 'a bad index', resolution: 'dropped', wentWell: ['the page'], couldImprove: ['the tests'] };
const ticket = { to: 'https://example.com/7', relation: 'ticket', title: 'T-7' } as const;

const examples = {
  acknowledge: { incident: { on: declared, body: { note: 'mine' }, by: 'giorgos' } },
  'assign-role': {
    incident: { on: answered, body: { role: 'technical-lead', person: 'hana' } },
    release: { on: planned, body: { role: 'technical-lead', person: 'hana' } },
  },
  'set-severity': {
    incident: { on: answered, body: { severity: 'P0', reason: 'all users' } },
    release: { on: planned, body: { severity: 'P0', reason: 'a date of a contract' } },
  },
  'set-status': { incident: { on: answered, body: { status: 'identified', note: 'the index' } } },
  'post-update': {
    incident: {
      on: answered,
      body: { text: 'going on', audience: 'public', actions: ['a'], nextUpdateAt: iso(now + 15 * minute) },
    },
    release: {
      on: planned,
      body: { text: 'going on', audience: 'internal', actions: ['failing over'] },
      without: noUpdateDue,
      onlyOnTimeline: 'no deadline asks a release for it',
    },
  },
  'record-impact': {
    incident: {
      on: answered,
      body: {
        addServices: ['search'],
        removeServices: ['payments'],
        customerFacing: true,
        usersAffected: '30 %',
        description: 'no card is accepted',
        labels: ['security'],
        restrictedTo: ['cto'],
      },
      without: { services: 'the same as addServices' },
    },
  },
  'complete-items': {
    incident: {
      on: answered,
      body: { items: ['dashboards-checked'], note: 'n', evidence: 'e' },
      without: itemsOnRecord,
    },
    release: { on: planned, body: { items: ['feature-list'], note: 'n', evidence: 'e' }, without: itemsOnRecord },
  },
  'skip-items': {
    incident: { on: answered, body: { items: ['dashboards-checked'], reason: 'no dashboard' } },
    release: { on: planned, body: { items: ['feature-list'], reason: 'no feature' } },
  },
  'reopen-items': {
    incident: {
      on: () =>
        answered()
          .at('9m', 'complete-items', { items: ['dashboards-checked'] })
          .until('10m'),
      body: { items: ['dashboards-checked'], reason: 'the wrong one' },
    },
    release: {
      on: () =>
        planned()
          .at('9m', 'complete-items', { items: ['feature-list'] })
          .until('10m'),
      body: { items: ['feature-list'], reason: 'one more' },
    },
  },
  snooze: {
    incident: { on: answered, body: { deadline: 'update', until: iso(now + 15 * minute), reason: 'a call' } },
    // The second rung of the planning comes a day after the beginning.
    release: {
      on: () => release('2026-12-15T10:00:00+02:00'),
      body: { deadline: 'phase.planning', until: iso(t0 + day + 5 * minute), reason: 'a call' },
    },
  },
  escalate: {
    incident: {
      on: answered,
      body: { reason: 'stuck', to: ['cto'] },
      onlyOnTimeline: 'somebody is paged, and nothing else is so afterwards',
    },
    release: {
      on: planned,
      body: { reason: 'stuck', to: ['cto'] },
      onlyOnTimeline: 'somebody is paged, and nothing else is so afterwards',
    },
  },
  'hand-off': { incident: { on: answered, body: { to: 'hana', note: 'the cache is cold' } } },
  restrict: {
    incident: { on: answered, body: { to: ['cto'] }, by: 'giorgos' },
    release: { on: planned, body: { to: ['cto', 'hana'] } },
  },
  unrestrict: {
    incident: {
      on: () => answered().at('9m', 'restrict', { to: ['cto'] }, 'giorgos'),
      body: { reason: 'it is known' },
      by: 'giorgos',
    },
    release: { on: () => planned().at('9m', 'restrict', { to: ['cto'] }), body: { reason: 'it is known' } },
  },
  'set-title': {
    incident: { on: answered, body: { title: 'No card is accepted' } },
    release: { on: planned, body: { title: 'Checkout 3' } },
  },
  comment: {
    incident: { on: answered, body: { text: 'seen in Athens too' }, onlyOnTimeline: 'that is what a comment is' },
    release: { on: planned, body: { text: 'two of three' }, onlyOnTimeline: 'that is what a comment is' },
  },
  'add-action-item': { incident: { on: answered, body: actionItem }, release: { on: planned, body: actionItem } },
  'complete-action-item': {
    incident: { on: () => answered().at('9m', 'add-action-item', actionItem), body: { actionItem: '1' } },
    release: { on: () => planned().at('9m', 'add-action-item', actionItem), body: { actionItem: '1' } },
  },
  'drop-action-item': {
    incident: {
      on: () => answered().at('9m', 'add-action-item', actionItem),
      body: { actionItem: '1', reason: 'no longer needed' },
    },
    release: {
      on: () => planned().at('9m', 'add-action-item', actionItem),
      body: { actionItem: '1', reason: 'no longer needed' },
    },
  },
  link: { incident: { on: answered, body: ticket }, release: { on: planned, body: ticket } },
  resolve: { incident: { on: answered, body: { summary: 'rolled back' } } },
  reopen: { incident: { on: resolved, body: { reason: 'it is back' } } },
  'write-review': { incident: { on: resolved, body: review }, release: { on: planned, body: review } },
  merge: { incident: { on: answered, body: { severity: 'P1', into: 'INC-2026-12-07-009' } } },
  cancel: {
    incident: { on: answered, body: { reason: 'a false alarm' } },
    release: { on: planned, body: { reason: 'not now' } },
  },
  close: {
    incident: { on: resolved, body: { skipRest: 'nothing to learn' } },
    release: { on: deployed, body: { skipRest: 'nothing to watch' } },
  },
  'report-check': {
    incident: {
      on: answered,
      body: { check: 'smoke', result: 'pass', value: 3, url: 'https://ci.example/1', at: iso(now - minute) },
      by: 'ci',
    },
    release: {
      on: planned,
      body: { check: 'code-coverage', result: 'pass', value: 91, url: 'https://ci.example/1', at: iso(now - minute) },
      by: 'ci',
    },
  },
  decide: {
    incident: { on: guarded, body: { gate: 'tell-all', decision: 'go', note: 'it is right' }, by: 'bruno' },
    release: { on: planned, body: { gate: 'go-no-go', decision: 'go', note: 'tested' }, by: 'ingrid' },
  },
  reschedule: {
    release: {
      on: planned,
      body: { targetAt: iso(t0 + 30 * day), reason: 'a partner is late' },
      without: { dryRun: 'a preview changes nothing, and says so' },
    },
  },
  'start-deployment': {
    release: { on: planned, body: { override: 'a fix for an outage', early: 'it is out' }, by: 'chiara' },
  },
  'mark-deployed': { release: { on: deploying, body: { at: iso(now - 30_000) } } },
  'roll-back': { release: { on: deployed, body: { reason: 'errors', declare: 'P1' } } },
} satisfies Examples;

interface Row {
  readonly name: ProcessCommandName;
  readonly kind: ProcessKind;
  readonly example: Example<ProcessCommandName>;
}
const table: Readonly<Record<ProcessCommandName, Readonly<Partial<Record<ProcessKind, Row['example']>>>>> = examples;
const rows = (Object.keys(table) as ProcessCommandName[]).flatMap((name) =>
  (['incident', 'release'] as const).flatMap((kind): Row[] => {
    const example = table[name][kind];
    return example ? [{ name, kind, example }] : [];
  }),
);

/** The example before and after its command was given, with nothing else in between. */
function given({ name, example: { on, body, by } }: Row) {
  const story = on().until('10m');
  const before = story.state;
  const answer = story.ask(name, body, by);
  if (!answer.ok) throw new Error(`${name} is refused: ${answer.refusal.message}`);
  return { story, before, after: story.state };
}
/**
 * Fields of the state that only record or count inputs and messages. All other fields are facts
 * about the process.
 */
const counted = new Set([
  'timeline',
  'facts',
  'revision',
  'lastInputAt',
  'recentKeys',
  'outbox',
  'nextEffectId',
  'inFlight',
] satisfies (keyof ProcessState)[] as string[]);
const soOf = (state: ProcessState) => Object.entries(state).filter(([field]) => !counted.has(field));
function shownOf(state: ProcessState) {
  const { revision: _, ...shown } = viewOf(state);
  return shown;
}

test.each(rows)('$name of an $kind has an example with every field of the table', ({ name, example }) => {
  const fields = Object.keys((commandTable[name] as CommandSpec).fields);
  expect([...Object.keys(example.body), ...Object.keys(example.without ?? {})].sort()).toEqual(fields.sort());
});

test.each(rows)('$name of an $kind changes the state', (row) => {
  const { before, after } = given(row);
  if (row.example.onlyOnTimeline !== undefined) expect(soOf(after)).toEqual(soOf(before));
  else expect(soOf(after)).not.toEqual(soOf(before));
  expect(after.revision).toBeGreaterThan(before.revision);
});

test.each(rows)('$name of an $kind shows to readers', (row) => {
  const { before, after } = given(row);
  if (row.example.onlyOnTimeline === undefined) expect(shownOf(after)).not.toEqual(shownOf(before));
  const said = timelineOf(after, before.timeline.length).filter(({ by }) => by === (row.example.by ?? 'fatima'));
  expect(said.length).toBeGreaterThan(0);
  for (const { text } of said) expect(text).toMatch(/\S{3}/);
});

// The example closes an incident that was resolved before, and so closes no gates.
test.each(rows.filter(({ kind, name }) => kind === 'incident' && name !== 'close'))(
  'running releases hear of $name exactly if it changes what they know of the incident (R43)',
  (row) => {
    const { before, after } = given(row);
    const standing = (state: ProcessState) => (state.kind === 'incident' ? incidentStanding(state) : undefined);
    const isSame = JSON.stringify(standing(after)) === JSON.stringify(standing(before));
    expect(standingChange(row.name) === 'nothing').toBe(isSame);
  },
);

test.each(rows)('$name of an $kind is given again by what-if, and tells the same story', (row) => {
  const { story } = given(row);
  story.activate();
  story.until('3h');
  const { state } = story;
  const recorded = recordedCommands(viewOf(state), timelineOf(state), state.policy, directory, () => ({ calendar }));
  expect(recorded.steps.map((step) => step.name)).toEqual(state.recentKeys.map(({ key }) => key.split('/')[0]));
  expect(recorded.steps.at(-1)).toMatchObject({ at: now, by: row.example.by ?? 'fatima', name: row.name });
  expect(recorded.steps.at(-1)).toHaveProperty('body', row.example.body);
  const again = rehearse({ ...recorded, directory, broken: new Map(), away: [], until: story.now }).run.state;
  expect(timelineOf(again)).toEqual(timelineOf(state));
});

test.each(rows)(
  '$name of an $kind that is over is refused with the reason',
  ({ name, kind, example: { body, by } }) => {
    const story = kind === 'incident' ? answered() : planned();
    story.at('10m', 'cancel', { reason: 'x' });
    const answer = story.ask(name, body, by);
    expect(answer).toMatchObject({ ok: false, refusal: { reason: 'closed' } });
    expect(answer.ok || answer.refusal.message).toMatch(/cancelled/);
  },
);

test.each(
  (Object.keys(table) as ProcessCommandName[]).flatMap((name) =>
    (['incident', 'release'] as const).map((kind) => ({ name, kind })),
  ),
)('an $kind takes $name exactly if the table says so', ({ name, kind }) => {
  const story = (kind === 'incident' ? answered() : planned()).until('10m');
  const [example] = Object.values(table[name]);
  const answer = story.ask(name, example!.body, example!.by);
  const refusedForKind = !answer.ok && answer.refusal.reason === 'not-for-kind';
  expect(refusedForKind).toBe(!(commandTable[name] as CommandSpec).for.includes(kind));
});
