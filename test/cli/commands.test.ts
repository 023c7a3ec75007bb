/**
 * Every verb of the command table, by name and by alias, with words and with flags: the API gets
 * the right body.
 */
import {
  commandsFor,
  commandTable,
  type CommandName,
  type CommandSpec,
  type FieldSpec,
  type ProcessKind,
} from '../../src/contracts/command-table';
import type { ProcessView } from '../../src/contracts/view';
import { problem, type Seen } from './front';
import { openWorld, type World } from './muster';

let world: World;
beforeEach(async () => (world = await openWorld()));
afterEach(() => world.close());

const table: Record<string, CommandSpec> = commandTable;
const kinds: ProcessKind[] = ['incident', 'release'];
const cases = kinds.flatMap((kind) =>
  [kind === 'incident' ? ('declare' as const) : ('plan' as const), ...commandsFor(kind)].flatMap((name) =>
    [name, ...(table[name]?.alias ?? [])].map((verb): [string, ProcessKind, CommandName] => [
      `${kind} ${verb}`,
      kind,
      name,
    ]),
  ),
);

/**
 * The exit code on a process that has just begun, when only the required fields are given; commands
 * that are not listed exit with 0.
 */
const codes: Readonly<Record<string, number>> = {
  'set-status': 5, // the incident is investigating already
  snooze: 5, // a snooze of the first deadline must be shorter
  unrestrict: 5, // everybody sees it
  reopen: 5, // the incident is not resolved
  close: 5, // items are still open
  'start-deployment': 5, // the gate is closed
  'mark-deployed': 5,
  'hand-off': 2, // the one person on call is the one who hands off
  'complete-items': 2, // neither items nor phases
  'record-impact': 2, // without any impact
  'write-review': 2, // without any content
  'incident decide': 2, // the shipped incident template has no gate
  'incident report-check': 2, // the shipped incident template has no check
};

/** The words that a person types for a field, and the value that the API must get. */
interface Sample {
  readonly typed: string;
  readonly sent: unknown;
}
const same = (typed: string): Sample => ({ typed, sent: typed });

function sampleOf(name: string, field: FieldSpec, view: ProcessView): Sample {
  const [item = ''] = view.phases.flatMap(({ groups }) => groups.flatMap(({ items }) => items.map(({ id }) => id)));
  switch (field.type) {
    case 'boolean':
      return { typed: 'true', sent: true };
    case 'severity':
      return { typed: 'P1', sent: 'P1' };
    case 'value':
      return { typed: '87.5', sent: 87.5 };
    case 'instant':
      return same('2026-12-21T10:00:00Z');
    case 'person':
      return same('kenji');
    case 'role':
      return same('technical-lead');
    case 'recipient':
    case 'reader':
      return same('cto');
    case 'service':
      return same('payments');
    case 'item':
      return same(item);
    case 'process':
      return same('INC-2026-12-07-001');
    case 'url':
      return same('https://ci.example.com/run/1');
    case 'enum':
      return same(field.values?.[0] ?? '');
    case 'name':
      return same({ gate: 'go-no-go', actionItem: '1', check: checkOf(view) }[name] ?? view.deadlines[0]?.id ?? 'x');
    default:
      return same(name === 'to' ? 'https://tickets.example.com/1' : `a few words of ${name}`);
  }
}

function checkOf(view: ProcessView): string | undefined {
  const items = view.phases.flatMap(({ groups }) => groups.flatMap((group) => group.items));
  return items.find(({ check }) => check !== undefined)?.check;
}

const flagOf = (name: string, field: FieldSpec) =>
  `--${field.flag ?? name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Begins a process with an action item, and another incident beside it. */
async function begin(kind: ProcessKind): Promise<ProcessView> {
  await world.declared();
  const id = await (kind === 'incident' ? world.declared() : world.planned());
  const owed = { title: 'Write it down', owner: 'kenji', dueAt: '2026-12-21T10:00:00Z' };
  await world.api.post(`/v1/${kind}s/${id}/add-action-item`, owed);
  return (await world.api.get(`/v1/${kind}s/${id}`)).body as ProcessView;
}

function onlyRequest(): Seen {
  const [request, ...more] = world.front.seen;
  if (request === undefined || more.length > 0) throw new Error(`${world.front.seen.length} requests`);
  return request;
}

test.each(cases)('%s takes every field as a flag', async (words, kind, name) => {
  const view = await begin(kind);
  const spec = table[name] as CommandSpec;
  const argv = words.split(' ');
  const expected: Record<string, unknown> = {};
  if (!spec.starts) argv.push(view.id);
  for (const [field, its] of Object.entries(spec.fields)) {
    const { typed, sent } = sampleOf(field, its, view);
    const flag = flagOf(field, its);
    argv.push(flag, ...(its.type === 'boolean' ? [] : [typed]));
    if (its.list) argv.push(flag, `${typed}-2`);
    expected[field] = its.list ? [sent, `${typed}-2`] : sent;
  }
  await world.muster([...argv, '--as', 'fatima', '--idempotency-key', 'k-9']);
  const { method, path, headers, body } = onlyRequest();
  expect([method, path]).toEqual(['POST', spec.starts ? `/v1/${kind}s` : `/v1/${kind}s/${view.id}/${name}`]);
  expect(body).toEqual(expected);
  expect(headers).toMatchObject({ 'muster-actor': 'fatima', 'idempotency-key': 'k-9' });
  expect(headers['content-type']).toMatch(/^application\/json/);
});

test.each(cases)(
  '%s takes what is required as words, in table order, and the API understands it',
  async (words, kind, name) => {
    const view = await begin(kind);
    const spec = table[name] as CommandSpec;
    const expected: Record<string, unknown> = {};
    const argv = words.split(' ');
    if (!spec.starts) argv.push(view.id);
    for (const [field, its] of Object.entries(spec.fields).filter(([, { required }]) => required)) {
      const { typed, sent } = sampleOf(field, its, view);
      argv.push(typed);
      expected[field] = its.list ? [sent] : sent;
    }
    const { code, err } = await world.muster([...argv, '--as', 'fatima']);
    expect(onlyRequest().body).toEqual(expected);
    expect([code, err]).toEqual([codes[`${kind} ${name}`] ?? codes[name] ?? 0, expect.anything()]);
  },
);

test('a list takes all words but those of the fields after it', async () => {
  const id = await world.declared();
  await world.muster(['incident', 'skip', id, 'a-1', 'b-2', 'nobody has time for it']);
  expect(onlyRequest().body).toEqual({ items: ['a-1', 'b-2'], reason: 'nobody has time for it' });
});

test('what may be one more item is not taken for the reason, since that would be a false record', async () => {
  const { code, err } = await world.muster('incident skip INC-2026-12-07-001 a-1 b-2 c-3');
  expect([code, world.front.seen]).toEqual([2, []]);
  expect(err).toMatch(/is "c-3" one more item, or the reason\? Say the reason by --reason/);
});

test('a required field may be a flag, and the words then are the others', async () => {
  const id = await world.declared();
  await world.muster(['incident', 'severity', '--reason', 'only a few users', id, 'P2']);
  expect(onlyRequest().body).toEqual({ severity: 'P2', reason: 'only a few users' });
});

test('"none" takes a role away, and --no- says no', async () => {
  const id = await world.declared();
  await world.muster(['incident', 'assign', id, 'commander', 'none']);
  await world.muster(['incident', 'impact', id, '--no-customer-facing']);
  expect(world.front.seen.map(({ body }) => body)).toEqual([
    { role: 'commander', person: null },
    { customerFacing: false },
  ]);
});

test('what begins with a dash can be said', async () => {
  const id = await world.declared();
  await world.muster(['incident', 'comment', id, '--', '-9 % of orders']);
  await world.muster(['incident', 'comment', id, '--text=--all is lost']);
  expect(world.front.seen.map(({ body }) => body)).toEqual([{ text: '-9 % of orders' }, { text: '--all is lost' }]);
});

test('an empty text is sent as it is: the API says what is wrong with it', async () => {
  const id = await world.declared();
  const { code, err } = await world.muster(['incident', 'comment', id, '']);
  expect([code, onlyRequest().body]).toEqual([2, { text: '' }]);
  expect(err).toMatch(/--text/);
});

test('a command to a merged incident is refused with the command that works', async () => {
  const [one, other] = [await world.declared(), await world.declared()];
  await world.muster(['incident', 'merge', one, '--into', other, '--as', 'nadia']);
  const { code, err } = await world.muster(['incident', 'update', one, 'still looking', '--as', 'fatima']);
  expect(code).toBe(5);
  expect(err.replace(/\s+/g, ' ')).toContain(`${one} was merged into ${other}`);
  expect(err).toContain(`muster incident update ${other} 'still looking' --as fatima`);
});

test('an id may be typed in small letters', async () => {
  const id = await world.declared();
  expect((await world.muster(['incident', 'ack', id.toLowerCase(), '--as', 'fatima'])).code).toBe(0);
});

test.each([
  ['go', 'go'],
  ['no-go', 'no-go'],
])('release %s votes at the only gate, which need not be named', async (verb, decision) => {
  const id = await world.planned();
  const { code } = await world.muster(['release', verb, id, '--note', 'all green', '--as', 'ingrid']);
  expect(code).toBe(0);
  expect(world.front.seen.at(-1)).toMatchObject({
    path: `/v1/releases/${id}/decide`,
    body: { gate: 'go-no-go', decision, note: 'all green' },
  });
  world.front.seen.length = 0;
  await world.muster(['release', verb, id, '--gate', 'go-no-go', '--as', 'dimitris']);
  expect(onlyRequest().body).toEqual({ gate: 'go-no-go', decision });
});

test('incident go says that the incident has no gate', async () => {
  const id = await world.declared();
  const { code, err } = await world.muster(['incident', 'go', id, '--as', 'ingrid']);
  expect([code, err]).toEqual([2, expect.stringContaining(`${id} has no gate to decide at`)]);
});

test('reschedule --dry-run shows what would move and changes nothing', async () => {
  const id = await world.planned();
  const before = (await world.api.get(`/v1/releases/${id}`)).body;
  const { code, out } = await world.muster(['release', 'reschedule', id, '2027-01-25T10:00:00Z', 'late', '--dry-run']);
  expect([code, out]).toEqual([0, expect.stringMatching(/nothing changed yet[^]*DEADLINE +FROM +TO/)]);
  expect((await world.api.get(`/v1/releases/${id}`)).body).toEqual(before);
});

test('who acts: --as before MUSTER_ACTOR, else nobody is named', async () => {
  const id = await world.declared();
  const env = { MUSTER_ACTOR: 'hana' };
  await world.muster(['--as', 'fatima', 'incident', 'comment', id, 'a'], { env });
  await world.muster(['incident', 'comment', id, 'b', '--as', 'giorgos'], { env });
  await world.muster(['incident', 'comment', id, 'c'], { env });
  await world.muster(['incident', 'comment', id, 'd'], { env: { MUSTER_ACTOR: '' } });
  expect(world.front.seen.map(({ headers }) => headers['muster-actor'])).toEqual([
    'fatima',
    'giorgos',
    'hana',
    undefined,
  ]);
  const { body } = await world.api.get(`/v1/incidents/${id}/timeline`);
  const comments = (body.items as { type: string; by: string }[]).filter(({ type }) => type === 'commented');
  expect(comments.map(({ by }) => by)).toEqual(['fatima', 'giorgos', 'hana', 'anonymous']);
});

test('whom to ask: --server before MUSTER_URL, and a slash at its end does no harm', async () => {
  const env = { MUSTER_URL: 'http://127.0.0.1:1' };
  expect((await world.muster(['incident', 'list', '--server', `${world.front.url}/`], { env })).code).toBe(0);
  expect((await world.muster(['incident', 'list'], { env: { MUSTER_URL: `${world.front.url}/` } })).code).toBe(0);
  expect(world.front.seen.map(({ path }) => path)).toEqual(['/v1/incidents', '/v1/incidents']);
});

describe('when the engine does not answer', () => {
  const sent = () => world.front.seen.map(({ headers, body }) => [headers['idempotency-key'], body]);

  test.each([
    ['503', { status: 503, headers: { 'retry-after': '0' } }],
    ['a lost connection', 'hang-up'],
  ] as const)('%s is tried again under the same key with the same body, and is done once', async (_, trouble) => {
    const id = await world.declared();
    world.front.queue.push(trouble, trouble);
    const { code } = await world.muster(['incident', 'comment', id, 'once']);
    expect([code, sent().length]).toEqual([0, 3]);
    const [first] = sent();
    expect(first?.[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(sent()).toEqual([first, first, first]);
    const { body } = await world.api.get(`/v1/incidents/${id}/timeline`);
    expect((body.items as { type: string }[]).filter(({ type }) => type === 'commented')).toHaveLength(1);
  });

  test('each command has a key of its own', async () => {
    const id = await world.declared();
    for (const text of ['one', 'one']) await world.muster(['incident', 'comment', id, text]);
    expect(new Set(sent().map(([key]) => key)).size).toBe(2);
  });

  test('7 in the end, with the key by which to ask again safely', async () => {
    const id = await world.declared();
    world.front.always = { ...problem(503, 'no worker'), headers: { 'retry-after': '0' } };
    const { code, out, err } = await world.muster(['incident', 'ack', id]);
    expect([code, out]).toEqual([7, '']);
    expect(err).toMatch(/^Unreachable: no worker\n/);
    expect(err).toContain(`--idempotency-key ${sent()[0]?.[0]}`);
  });

  test('a refusal is not tried again', async () => {
    const id = await world.declared();
    expect((await world.muster(['incident', 'reopen', id, 'why not'])).code).toBe(5);
    expect(world.front.seen).toHaveLength(1);
  });
});

describe('an instant said from now goes to the API as it was said', () => {
  const at = (ms: number) => new Date(world.api.engine.now + ms).toISOString();
  const day = 86_400_000;
  test.each([
    ['30m', 30 * 60_000],
    ['+2d', 2 * day],
    ['1w', 7 * day],
    ['PT15M', 15 * 60_000],
  ])('action ID TITLE kenji %s', async (length, ms) => {
    const id = await world.declared();
    expect((await world.muster(['incident', 'action', id, 'Alert on lock waits', 'kenji', length])).err).toBe('');
    expect(world.front.seen.at(-1)?.body).toMatchObject({ dueAt: length });
    const { actionItems } = (await world.api.get(`/v1/incidents/${id}`)).body as ProcessView;
    expect(actionItems[0]!.dueAt).toBe(at(ms));
  });

  test('as does a date, the end of working hours on it, which the answer says with its zone', async () => {
    const id = await world.declared();
    const { code, out } = await world.muster(['incident', 'action', id, 'Alert on lock waits', 'kenji', '2026-12-09']);
    expect([code, out]).toEqual([0, expect.stringMatching(/Alert on lock waits - kenji, due Wed 9 Dec 16:00 UTC\n/)]);
    expect((await world.muster('incident action --help')).out.replace(/\s+/g, ' ')).toContain(
      'a date alone means the end of working hours on that date',
    );
    expect((await world.muster(['incident', 'snooze', id, 'update', '2026-12-09', 'lunch'])).code).toBe(2);
  });

  test('and back from now', async () => {
    const argv = ['incident', 'declare', 'Checkout is down', 'P0', '--started-at', '10m ago', '-o', 'json'];
    const { out } = await world.muster(argv);
    expect((JSON.parse(out) as ProcessView).startedAt).toBe(at(-10 * 60_000));
  });

  test('so that it is the same order when it is said again under its key, however much later', async () => {
    const id = await world.declared();
    const again = () => world.muster(`incident action ${id} Alerts kenji 2d --idempotency-key once`);
    const first = await again();
    world.api.engine.now += 60_000;
    expect(await again()).toEqual(first);
    expect(first.code).toBe(0);
  });
});

test.each(['cto', 'fatima'])('escalate ID %s: whom, or why? Nobody is paged before it is said', async (word) => {
  const id = await world.declared();
  const { code, err } = await world.muster(['incident', 'escalate', id, word]);
  expect([code, err]).toEqual([2, expect.stringContaining(`Say --to ${word} and the reason, or --reason "..."`)]);
  expect(world.front.seen.filter(({ method }) => method === 'POST')).toEqual([]);
  expect((await world.muster(['incident', 'escalate', id, 'we need a decision', '--to', 'cto'])).code).toBe(0);
});

describe('a note may be the last word, though it is not required', () => {
  test.each([
    [['resolve', 'ID', 'rolled back'], { summary: 'rolled back' }],
    [['status', 'ID', 'identified', 'a lock'], { status: 'identified', note: 'a lock' }],
    [['done', 'ID', 'on-call-engaged', 'impact-estimated'], { items: ['on-call-engaged', 'impact-estimated'] }],
    [['resolve', 'ID'], {}],
  ])('incident %j sends %j', async (words, body) => {
    const id = await world.declared();
    expect((await world.muster(['incident', ...words.map((word) => (word === 'ID' ? id : word))])).err).toBe('');
    expect(world.front.seen.at(-1)?.body).toEqual(body);
  });

  test('but not the reason to skip the rest, nor two notes', async () => {
    const id = await world.declared();
    expect((await world.muster(['incident', 'close', id, 'done'])).code).toBe(2);
    expect((await world.muster(['incident', 'resolve', id, 'rolled', 'back'])).code).toBe(2);
  });
});

test('update says who will see it and when the next is due, in local time', async () => {
  const id = await world.declared();
  await world.muster(`incident ack ${id} --as fatima`);
  const { code, out } = await world.muster(['incident', 'update', id, 'Rolling back', '--as', 'fatima']);
  expect(code).toBe(0);
  expect(out.replace(/\s+/g, ' ')).toMatch(
    /Update \(internal\) to all-hands, leadership, support; next update due (?:\w{3} \d+ \w{3} )?\d\d:\d\d/,
  );
});
