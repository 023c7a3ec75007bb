/**
 * The output: the five formats of every reading verb, plain text in pipes, colour on request, and
 * no character that controls a terminal.
 */
import { parse } from 'yaml';
import { openWorld, start, type World } from './muster';

let world: World;
beforeEach(async () => (world = await openWorld()));
afterEach(() => world.close());

const inc = 'INC-2026-12-07-001';
const rel = 'REL-2026-12-07-001';
const reading: [string, string][] = [
  ['incident list', '/v1/incidents'],
  ['incident ls', '/v1/incidents'],
  ['inc list', '/v1/incidents'],
  [`incident show ${inc}`, `/v1/incidents/${inc}`],
  [`incident get ${inc}`, `/v1/incidents/${inc}`],
  [`incident timeline ${inc}`, `/v1/incidents/${inc}/timeline`],
  [`incident deadlines ${inc}`, `/v1/incidents/${inc}/deadlines`],
  [`incident report ${inc}`, `/v1/incidents/${inc}/report`],
  ['release list', '/v1/releases'],
  ['rel ls', '/v1/releases'],
  [`release show ${rel}`, `/v1/releases/${rel}`],
  [`release timeline ${rel}`, `/v1/releases/${rel}/timeline`],
  [`release deadlines ${rel}`, `/v1/releases/${rel}/deadlines`],
  [`release report ${rel}`, `/v1/releases/${rel}/report`],
  ['deadlines', '/v1/deadlines'],
  ['inbox', '/v1/inbox'],
  ['people', '/v1/people'],
  ['services', '/v1/services'],
  ['template list', '/v1/templates'],
  ['template show hopngo-incident', '/v1/templates/hopngo-incident'],
];

async function begin(): Promise<void> {
  await world.declared();
  await world.planned();
  await world.api.post(`/v1/incidents/${inc}/acknowledge`, undefined, { 'muster-actor': 'fatima' });
}
/**
 * Characters that control a terminal: C0 except newline, DEL, C1, marks that reorder or hide text.
 */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

test('template show says when each phase opens and is due, and which ladder is its own', async () => {
  const { out } = await world.muster('template show hopngo-incident');
  expect(out).toContain('\n  opens after immediate-response, due declared + 3 response\n');
  expect(out).toContain('\n  opens resolved, due resolved + 48h, ladder review\n');
});

test.each(reading)('%s: json is the body of the API, yaml the same, name one id a line', async (words, path) => {
  await begin();
  const { text, body } = await world.api.get(path, { accept: 'application/json' });
  const json = await world.muster(`${words} -o json`);
  expect([json.code, json.out, json.err]).toEqual([0, `${text}\n`, '']);
  expect(parse((await world.muster(`${words} -o yaml`)).out)).toEqual(body);
  const { out, err } = await world.muster(`${words} -o name`);
  const ids = out.trimEnd().split('\n');
  const rows = (body as { items?: unknown[] }).items;
  expect([ids.length, err]).toEqual([rows?.length ?? 1, '']);
  for (const id of ids) expect(id).toMatch(/^\S+$/);
});

test.each(reading)(
  '%s: in a pipe there is no escape sequence, in table and wide, and no line of blanks at its end',
  async (words) => {
    await begin();
    for (const format of ['table', 'wide']) {
      const { code, out, err } = await world.muster(`${words} -o ${format}`);
      expect([code, err]).toEqual([0, '']);
      expect(out).not.toMatch(steering);
      expect(out).not.toMatch(/ \n/);
      expect(out.endsWith('\n')).toBe(true);
    }
  },
);

test.each(reading)('%s: a table is no wider than the screen', async (words) => {
  await begin();
  const { out } = await world.muster(`${words} -o table`, { terminal: 100, env: { NO_COLOR: '1' } });
  if (words.includes('report')) return; // Markdown, which is not laid out
  expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
});

test('-o and --output may stand anywhere, and the format sticks to the word', async () => {
  await begin();
  const { out } = await world.muster('incident list -o name');
  for (const words of [
    '-o name incident list',
    'incident -o name list',
    'incident list -oname',
    'incident list --output=name',
  ])
    expect((await world.muster(words)).out).toBe(out);
});

test('a started process and a command answer in every format too', async () => {
  const declare = ['incident', 'declare', 'Search is slow', 'P2', '-o'];
  const json = await world.muster([...declare, 'json']);
  expect([JSON.parse(json.out), json.err]).toMatchObject([{ id: inc, status: 'investigating' }, '']);
  expect((await world.muster([...declare, 'name'])).out).toBe('INC-2026-12-07-002\n');
  expect(await world.muster(['incident', 'comment', inc, 'x', '-o', 'name'])).toEqual({
    code: 0,
    out: `${inc}\n`,
    err: '',
  });
  const { out } = await world.muster(['incident', 'comment', inc, 'x', '-o', 'json']);
  expect(JSON.parse(out)).toMatchObject({ id: inc, revision: expect.any(Number), changes: expect.any(Array) });
});

test('a declaration points at the open incident about the same service, with the command that joins the two', async () => {
  const words = ['incident', 'declare', 'Nobody can pay', 'P1', '--service', 'payments'];
  expect((await world.muster(words)).out).not.toContain('MAYBE THE SAME');
  world.api.engine.now += 60_000;
  const { out } = await world.muster(words);
  expect(out).toContain('MAYBE THE SAME');
  expect(out).toMatch(/INC-2026-12-07-001 +P1 +investigating +1m ago +Nobody can pay/);
  expect(out).toContain('muster incident merge INC-2026-12-07-002 INC-2026-12-07-001');
});

test('an empty list is empty on stdout and said on stderr', async () => {
  for (const format of ['table', 'wide', 'name'])
    expect(await world.muster(`incident list -o ${format}`)).toEqual({ code: 0, out: '', err: 'no incidents\n' });
});

test('filters reach the API under its own names', async () => {
  await world.muster('incident list --status resolved --severity P1 --service web --missed --no-open --limit 7');
  await world.muster('incident list --open --no-missed');
  await world.muster('deadlines --limit 3');
  await world.muster(`inbox --process ${inc} --limit 9`);
  await world.muster(`incident timeline ${inc} --after 4 --limit 2`);
  expect(world.front.seen.map(({ path }) => Object.fromEntries(new URL(path, 'http://x').searchParams))).toEqual([
    { status: 'resolved', severity: 'P1', service: 'web', missed: 'true', open: 'false', limit: '7' },
    { open: 'true', missed: 'false' },
    { limit: '3' },
    { process: inc, limit: '9' },
    { after: '4', limit: '2' },
  ]);
});

test('a page that is not the last says how to go on; --all gets every page', async () => {
  for (let count = 0; count < 5; count++) await world.declared();
  const first = await world.muster('incident list --limit 2 -o name');
  expect(first.out.split('\n')).toHaveLength(3);
  const [, cursor = ''] = /--cursor (\S+), or --all/.exec(first.err) ?? [];
  const second = await world.muster(`incident list --limit 2 -o name --cursor ${cursor}`);
  const all = await world.muster('incident list --limit 2 -o name --all');
  expect(all.err).toBe('');
  expect(all.out.trimEnd().split('\n')).toEqual([5, 4, 3, 2, 1].map((number) => `INC-2026-12-07-00${number}`));
  expect(all.out.startsWith(first.out + second.out)).toBe(true);
});

test('show: the labels, which decide whom to call, and none where there are none', async () => {
  const id = await world.declared({ labels: ['security'] });
  expect((await world.muster(`incident show ${id}`)).out).toMatch(/^Labels {2,}security$/m);
  expect((await world.muster(`incident show ${await world.declared()}`)).out).not.toMatch(/^Labels/m);
});

test('a timeline longer than a page comes whole', async () => {
  const id = await world.declared();
  for (let count = 0; count < 120; count++)
    await world.api.post(`/v1/incidents/${id}/comment`, { text: `line ${count}` });
  const { out } = await world.muster(`incident timeline ${id}`);
  for (let count = 0; count < 120; count++) expect(out).toMatch(new RegExp(`line ${count}$`, 'm'));
});

test('show: who has it, what is due, who is paged next, and the checklist by the ids that people type', async () => {
  const id = await world.declared({ usersAffected: '30 %' });
  const { out } = await world.muster(`incident show ${id}`);
  expect(out).toMatch(/^INC-2026-12-07-001 {3}P0 {3}INVESTIGATING\nCheckout is down\n/);
  expect(out).toMatch(/nobody has answered/);
  expect(out).toMatch(/due in 5m +response/);
  expect(out).toMatch(/then pages Giorgos Nikolaou in 3m/);
  const { body } = await world.api.get(`/v1/incidents/${id}`);
  // The open phases that have a due instant are shown; the output says how many items are left out.
  type Phase = { status: string; dueAt?: string; groups: { items: { id: string; status: string }[] }[] };
  const wide = (await world.muster(`incident show ${id} -o wide`)).out;
  let more = 0;
  for (const phase of body.phases as Phase[]) {
    for (const item of phase.groups.flatMap(({ items }) => items)) {
      const open = phase.status === 'open' && item.status === 'open';
      const timed = open && phase.dueAt !== undefined;
      expect([item.id, out.includes(item.id), wide.includes(item.id)]).toEqual([item.id, timed, true]);
      if (open && !timed) more += 1;
    }
  }
  expect(out.replace(/\s+/g, ' ')).toContain(`${more} more in Investigation Process, Mitigation Actions,`);
  expect(wide).toMatch(/done +severity-assessed/);
});

test('show, for who joins late: who has it, the last word, what is done, what is due; phases last, a line each', async () => {
  const id = await world.declared();
  const unanswered = (await world.muster(`incident show ${id}`)).out;
  expect(unanswered).toMatch(
    /^Has it +nobody has answered; Fatima Haddad is paged now, Giorgos Nikolaou at\s+\d\d:\d\d\nLast word +nobody has written/m,
  );
  expect(unanswered).toMatch(/^Roles +no commander$/m);
  const as = { 'muster-actor': 'fatima' };
  await world.api.post(`/v1/incidents/${id}/acknowledge`, {}, as);
  await world.api.post(`/v1/incidents/${id}/post-update`, { text: 'Cards fail', actions: ['Roll back 2.13.4'] }, as);
  const { out } = await world.muster(`incident show ${id}`);
  expect(out).toMatch(
    /^Has it +Fatima Haddad, since .*\nLast word +Fatima Haddad at .*: Cards fail\nActions +Roll back 2\.13\.4\n\nDEADLINES\n/m,
  );
  const order = ['DEADLINES', 'Roles ', 'Impact ', 'LINKS', 'CONTACTS', 'PHASE ', 'OPEN ITEMS'];
  const places = order.map((heading) => out.search(new RegExp(`^${heading}`, 'm')));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places[0]).toBeGreaterThan(0);
  const { body } = await world.api.get(`/v1/incidents/${id}`);
  expect(body).toMatchObject({
    hasIt: { person: 'fatima', name: 'Fatima Haddad' },
    lastWord: { kind: 'update', by: 'fatima', name: 'Fatima Haddad', text: 'Cards fail' },
    actions: ['Roll back 2.13.4'],
  });
});

test('show: when no clock runs, the items of the first open phase', async () => {
  const id = await world.declared();
  world.api.engine.pass(1000);
  const template = (await world.api.get(`/v1/incidents/${id}`)).body;
  const items = template.phases
    .filter((phase: { dueAt?: string }) => phase.dueAt !== undefined)
    .flatMap((phase: { groups: { items: { id: string; status: string }[] }[] }) =>
      phase.groups.flatMap((group) => group.items),
    )
    .filter(({ status }: { status: string }) => status === 'open')
    .map((item: { id: string }) => item.id);
  await world.api.post(`/v1/incidents/${id}/skip-items`, { items, reason: 'for a test' });
  const { out } = await world.muster(`incident show ${id}`);
  expect(out).toMatch(/OPEN ITEMS\n {2}Investigation Process\n/);
  expect(out).not.toContain('circuit-breakers-activated');
});

test('deadlines: no id is cut at 80 columns; a table where there is room', async () => {
  const id = await world.declared();
  const { out } = await world.muster('deadlines');
  expect(out).toMatch(new RegExp(`^due in 5m +phase\\.immediate-response +P0 ${id}$`, 'm'));
  expect(out).toMatch(/^ {4}Checkout is down; then pages Giorgos Nikolaou in 3m/m);
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect((await world.muster('deadlines', { terminal: 140, env: { NO_COLOR: '1' } })).out).toMatch(
    /^DUE +PROCESS +SEV +DEADLINE +THEN/,
  );
});

test('deadlines: what is not in the list is said, with the processes that did not answer', async () => {
  const [first, second] = [await world.declared(), await world.declared()];
  const { err } = await world.muster('deadlines --limit 1');
  expect(err).toMatch(/^1 more is open, with later deadlines$/m);
  expect(err).toMatch(/^\d+ later deadlines of these are not listed; --limit shows up to 100$/m);
  const view = world.api.engine.view.bind(world.api.engine);
  world.api.engine.view = (id) => (id === first ? Promise.reject(new Error('poisoned')) : view(id));
  // What was answered a moment ago is good for a second.
  world.api.engine.now += 1_000;
  const asked = await world.muster('deadlines');
  expect(asked.out).toContain(second);
  expect(asked.err).toContain(
    `not listed, because they did not answer in time: ${first}; their deadlines may be earlier`,
  );
});

test('inbox: the headline of each message, whole', async () => {
  await world.declared();
  const { out } = await world.muster('inbox');
  expect(out.replace(/\s+/g, ' ')).toContain('Checkout is down: response due 08:05');
  expect(out).not.toContain('Why you');
  expect((await world.muster('inbox -o wide')).out).toContain('Why you');
});

test('what is printed to be copied says `muster`, never a way that may fetch a package of that name', async () => {
  const argv = ['incident', 'declare', 'Checkout is down', 'P0'];
  for (const env of [{}, { npm_command: 'exec' }])
    expect((await world.muster(argv, { env })).err).toMatch(/^You have it\? muster incident ack INC-/m);
});

test('late is said in words, not by colour alone', async () => {
  const id = await world.declared();
  world.api.engine.pass(7 * 60_000);
  expect((await world.muster(`incident show ${id}`)).out).toMatch(/LATE by 2m/);
  expect((await world.muster('incident list')).out).toMatch(/LATE/);
  expect((await world.muster('deadlines')).out).toMatch(/LATE by 2m/);
});

test('show of a release: the gate, and why it is closed', async () => {
  const id = await world.planned();
  const { out } = await world.muster(`release show ${id}`);
  expect(out).toMatch(/GATES\n {2}go-no-go {3}CLOSED/);
  expect(out).toMatch(/because/);
  expect(out).toMatch(/^Manager +nobody assigned\nTarget /m);
  expect(out).not.toMatch(/CHECKS|Last word/);
});

test('show of a release: who manages, what is due, gates, the last word, checks, and phases last', async () => {
  const id = await world.planned();
  const post = (name: string, body: object, actor: string) =>
    world.api.post(`/v1/releases/${id}/${name}`, body, { 'muster-actor': actor });
  await post('assign-role', { role: 'release-manager', person: 'jonas' }, 'jonas');
  await post('comment', { text: 'The bank has agreed' }, 'leila');
  await post('report-check', { check: 'code-coverage', result: 'pass', value: '83.5' }, 'ci');
  const { out } = await world.muster(`release show ${id}`);
  expect(out).toMatch(/^Manager +Jonas Weber, since /m);
  expect(out).toMatch(/^Last word +Leila Rahimi at .*: The bank has agreed$/m);
  expect(out).toMatch(/^ {2}code-coverage +pass +83\.5 /m);
  const places = ['Manager', 'DEADLINES', 'GATES', 'Last word', 'CHECKS', 'Planned', 'PHASE '].map((heading) =>
    out.search(new RegExp(`^${heading}`, 'm')),
  );
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test('deadlines of one: every rung with whom it means', async () => {
  const id = await world.declared();
  const { out } = await world.muster(`incident deadlines ${id}`);
  expect(out).toMatch(/^response {3}due in 5m/m);
  expect(out).toMatch(/RUNG +AT +WHEN +WHAT +WHOM/);
  expect(out).toMatch(/1 +.* +fired +paged +Fatima Haddad/);
});

test('report is Markdown, and JSON where asked', async () => {
  const id = await world.declared();
  expect((await world.muster(`incident report ${id}`)).out).toMatch(/^# /);
});

describe('colour', () => {
  const esc = '\u001b[';
  const show = (setting: Parameters<World['muster']>[1]) => world.muster(`incident show ${inc}`, setting);
  beforeEach(() => world.declared());

  test('on a terminal, and only repeating the words', async () => {
    const coloured = (await show({ terminal: 80 })).out;
    expect(coloured).toContain(esc);
    // eslint-disable-next-line no-control-regex -- escape sequences are what is taken away
    expect(coloured.replace(/\u001b\[\d+(;\d+)*m/g, '')).toBe((await show({})).out);
  });

  test.each([
    ['in a pipe', {}],
    ['NO_COLOR', { terminal: 80, env: { NO_COLOR: '1' } }],
    ['TERM=dumb', { terminal: 80, env: { TERM: 'dumb' } }],
    ['FORCE_COLOR=0', { terminal: 80, env: { FORCE_COLOR: '0' } }],
  ])('none with %s', async (_, setting) => {
    const { out } = await show(setting);
    expect([out.includes(esc), out.includes('nobody has answered')]).toEqual([false, true]);
    const { err } = await world.muster('incident show INC-2026-12-07-999', setting);
    expect(err).toMatch(/^Not found/);
  });

  test('in a pipe with FORCE_COLOR', async () => {
    expect((await show({ env: { FORCE_COLOR: '1' } })).out).toContain(esc);
  });
});

describe('hostile text', () => {
  // The API refuses such titles, but they may still come from elsewhere: an older server, a signal,
  // an outside system.
  const hostile =
    'Pay\u001b[31mments\u001b]0;owned\u0007 \u009b2J\u202egnp.exe\u2066x\u2069\u200f \rINC-1 fine\u0000\u007f\u2028';
  const visible = 'Pay[31mments]0;owned 2Jgnp.exex INC-1 fine';

  /** Makes every string of a body hostile, except ids and instants. */
  async function poisoned(path: string, from: string): Promise<void> {
    const { text } = await world.api.get(path);
    const body = text.replaceAll(from, JSON.stringify(hostile).slice(1, -1));
    expect(body).not.toBe(text);
    world.front.always = { status: 200, body };
  }

  test.each([
    ['incident list', '/v1/incidents'],
    [`incident show ${inc}`, `/v1/incidents/${inc}`],
    [`incident timeline ${inc}`, `/v1/incidents/${inc}/timeline?after=0`],
    ['deadlines', '/v1/deadlines'],
    ['inbox', '/v1/inbox'],
  ])('%s: never reaches the terminal, in any format', async (words, path) => {
    await world.declared({ title: 'CANARY', description: 'CANARY', services: [] });
    await world.api.post(`/v1/incidents/${inc}/comment`, { text: 'CANARY' }, { 'muster-actor': 'emeka' });
    const from = path === '/v1/deadlines' ? 'Giorgos Nikolaou' : 'CANARY';
    await poisoned(path, from);
    for (const format of ['table', 'wide', 'yaml', 'name', 'json']) {
      const argv = [...words.split(' '), ...(words.includes('timeline') ? ['--limit', '100'] : []), '-o', format];
      const { code, out, err } = await world.muster(argv, { terminal: 400, env: { NO_COLOR: '1' } });
      expect([format, code]).toEqual([format, 0]);
      expect(out).not.toMatch(steering);
      expect(err).not.toMatch(steering);
      if (format === 'wide') expect(out.replace(/\s+/g, ' ')).toContain(visible);
      if (format === 'json') expect(out).toContain('\\u202e');
      if (format === 'json') expect(JSON.stringify(JSON.parse(out))).toContain(JSON.stringify(hostile).slice(1, -1));
    }
  });

  test('in an error', async () => {
    world.front.always = {
      status: 409,
      body: {
        type: 'x',
        title: hostile,
        status: 409,
        detail: hostile,
        requestId: hostile,
        errors: [{ path: hostile, message: 'no' }],
      },
    };
    for (const argv of ['incident list', 'incident list -o json']) {
      const { code, err } = await world.muster(argv);
      expect([code, steering.test(err)]).toEqual([5, false]);
    }
    world.front.always = { status: 500, body: hostile };
    expect((await world.muster('incident list')).err).not.toMatch(steering);
    expect((await start(['incident', hostile]).ended).err).not.toMatch(steering);
    expect((await start(['--server', hostile, 'incident', 'list']).ended).err).not.toMatch(steering);
  });

  test('a report is stripped too', async () => {
    world.front.always = { status: 200, body: `# ${hostile}\n` };
    expect((await world.muster(`incident report ${inc}`)).out).toBe(`# ${visible.replace(' INC', ' \nINC')}\n\n`);
  });

  test('a title of many lines or wide characters keeps the table in columns', async () => {
    await world.declared({ title: '支払いが全部止まっています 🔥🔥 and a very long end of the title that goes on' });
    const { out } = await world.muster('incident list');
    expect(out.trimEnd().split('\n')).toHaveLength(2);
    expect(out).toContain('支払い');
    expect(out).toContain('…');
  });
});

test('a refusal with a long list names some, says how many more, and speaks of flags', async () => {
  const id = await world.declared();
  await world.muster(`incident resolve ${id}`);
  const { code, err } = await world.muster(`incident close ${id}`);
  expect(code).toBe(5);
  expect(err).toContain('or close with --skip-rest and a reason');
  expect(err).toMatch(/and \d+ more: -o json has them all/);
  expect(err.trimEnd().split('\n').length).toBeLessThan(12);
});

describe('a misspelt word', () => {
  test.each([
    ['incidnet list', 'incident'],
    ['incident delcare', 'declare'],
    ['incident akc', 'ack'],
    ['incident resovle', 'resolve'],
    ['release no-og', 'no-go'],
    ['template lnit', 'lint'],
    ['incident list --statsu x', '--status'],
    ['incident ack INC-2026-12-07-001 --onte x', '--note'],
  ])('muster %s: did you mean %s?', async (words, near) => {
    const { code, out, err } = await world.muster(words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(new RegExp(`Did you mean ${near}\\?`));
    expect(world.front.seen).toEqual([]);
  });

  test('a name that is not known: the API says the nearest', async () => {
    const id = await world.declared();
    const { code, err } = await world.muster(['incident', 'done', id, 'on-call-notifed']);
    expect(code).toBe(2);
    expect(err).toMatch(/did you mean/i);
  });
});

test('contacts that matter stand first with how to reach them; the others and the tools come with -o wide', async () => {
  const contacts = [
    { id: 'tool', name: 'Status Page', category: 'Communication', matters: false, links: { s: 'https://s.example' } },
    { id: 'legal', name: 'Legal', hint: 'outside counsel', matters: false },
    {
      id: 'psp',
      name: 'Payments provider',
      hint: 'ask for the duty desk',
      phone: '+1 555 0100',
      email: 'duty@psp.example',
      links: { portal: 'https://psp.example/support' },
      services: ['payments'],
      matters: true,
    },
  ];
  const id = await world.declared();
  const { body } = await world.api.get(`/v1/incidents/${id}`);
  world.front.always = { status: 200, body: { ...body, contacts } };
  const brief = (await world.muster(`incident show ${id}`, { env: { COLUMNS: '140' } })).out;
  expect(brief).toMatch(
    /CONTACTS\n {2}Payments provider +\+1 555 0100, duty@psp\.example, https:\/\/psp\.example\/support \(ask for the duty desk\)\n {2}2 other contacts and tools: -o wide/,
  );
  expect(brief).not.toContain('Legal');
  const wide = (await world.muster(`incident show ${id} -o wide`, { env: { COLUMNS: '140' } })).out;
  expect(wide.slice(wide.indexOf('CONTACTS'))).toMatch(
    /Payments provider[\s\S]*Status Page +https:\/\/s\.example\n +Legal +outside counsel/,
  );
});

test('the runbook and the dashboard of an affected service stand with the links', async () => {
  const id = await world.declared();
  const { out } = await world.muster(`incident show ${id}`);
  expect(out).toMatch(/LINKS\n {2}runbook +payments +https:\/\/wiki\.example\.com\/runbooks\/payments\n/);
});
