/** R17: ids as people type them: short, several, without a noun, and never as a text by mistake. */
import { openWorld, type World } from './muster';

let world: World;
let first: string;
let second: string;
beforeEach(async () => {
  world = await openWorld();
  [first, second] = [await world.declared(), await world.declared()];
});
afterEach(() => world.close());

const sent = () => world.front.seen.filter(({ method }) => method === 'POST').map(({ path }) => path);
const asked = () => world.front.seen.map(({ path }) => path);
test('a severity that is missing is told with the levels that there are, if the server tells them', async () => {
  const { code, err } = await world.muster('incident declare --title Down');
  expect([code, err]).toEqual([
    2,
    expect.stringMatching(/missing SEVERITY .*: a level of the template: P0, P1, P2, P3\n/),
  ]);
  expect(world.front.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/templates']);
  world.front.always = { status: 503 };
  const alone = await world.muster('incident declare --title Down');
  expect([alone.code, alone.err]).toEqual([2, expect.stringMatching(/missing SEVERITY .*: a level of the template\n/)]);
});

test('a short id of what was merged is told with where it went', async () => {
  expect((await world.muster(`incident merge ${first} ${second}`)).code).toBe(0);
  const { code, err } = await world.muster('incident show 1');
  expect([code, err]).toEqual([3, expect.stringContaining(`${first} (merged into ${second}, Checkout is down)`)]);
});

test('a last word of a whole page leaves room for the rest, and says where all of it is', async () => {
  const long = `${'many words '.repeat(300)}end`;
  await world.muster(['incident', 'update', first, long, '--as', 'fatima']);
  const { out } = await world.muster(`incident show ${first}`);
  expect(out).not.toContain('words end');
  expect(out.replace(/\s+/g, ' ')).toMatch(new RegExp(`(many|words)… \\(muster incident timeline ${first}\\)`));
  expect(out.split('\n').length).toBeLessThan(80);
  await world.muster(['incident', 'update', first, Array.from({ length: 30 }, (_, line) => `line ${line}`).join('\n')]);
  const lines = (await world.muster(`incident show ${first}`)).out;
  expect(lines).toMatch(/line 7… \(muster incident timeline/);
  expect(lines).not.toContain('line 8');
});

test('a level that no template has lists nothing, and the known ones are named', async () => {
  const { code, out, err } = await world.muster('incident list --severity PO');
  expect([code, out, err]).toEqual([0, '', 'no incidents\nunknown severity "PO"; did you mean P0, P1, P2?\n']);
});

const ackOf = (id: string) => `/v1/incidents/${id}/acknowledge`;

describe('a short id', () => {
  test.each(['2', '002', 'inc-2', 'INC-002'])('%s is told in full, for one request more', async (short) => {
    const { code, out, err } = await world.muster(`incident ack ${short} --as fatima`);
    expect([code, out.split(/\s+/)[0], err]).toEqual([0, second, `${short} is ${second}\n`]);
    expect(asked()).toEqual([`/v1/short-ids/${short}?kind=incident`, ackOf(second)]);
  });

  test('in full needs no request, in small letters too', async () => {
    await world.muster(`incident ack ${second.toLowerCase()}`);
    expect(asked()).toEqual([ackOf(second)]);
  });

  test.each([
    ['timeline 2', 'timeline'],
    ['deadlines 2', 'deadlines'],
    ['report 2', 'report'],
  ])('is understood by %s, which says the whole id first', async (words, path) => {
    const { code, err } = await world.muster(`incident ${words}`);
    expect([code, err]).toEqual([0, `2 is ${second}\n`]);
    expect(asked()).toContain(`/v1/incidents/${second}/${path}`);
  });

  test('is understood by wait, watch, inbox and drill stop', async () => {
    await world.muster(`incident ack 2 --as fatima`);
    expect((await world.muster('incident wait inc-2 --for acknowledged')).out).toContain(second);
    await world.muster('incident cancel 1 over');
    expect((await world.muster(`incident watch ${first}`)).code).toBe(0);
    await world.muster('inbox --process inc-2');
    expect(asked()).toContain(`/v1/inbox?process=${second}`);
    const drill = await world.declared({ drill: true });
    expect((await world.muster('drill stop 3')).out).toContain(drill);
  });

  test('names the target of a merge and of a link', async () => {
    await world.muster(`incident link ${first} 2 duplicate-of`);
    expect(world.front.seen.at(-1)?.body).toEqual({ to: second, relation: 'duplicate-of' });
    expect((await world.muster(`incident merge ${first} --into 2`)).code).toBe(0);
    expect(world.front.seen.at(-1)?.body).toEqual({ into: second });
  });

  test('that several have is refused with 2 and names them; without a noun the kinds are several too', async () => {
    const release = await world.planned();
    const { code, out, err } = await world.muster('show 1');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(first);
    expect(err).toContain(release);
    expect((await world.muster('show rel-1')).out).toContain(release);
    expect((await world.muster('incident show 1')).out).toContain(first);
  });

  test('that nothing open has is refused with 3, and names what has just ended', async () => {
    await world.muster(['incident', 'cancel', second, 'false alarm']);
    const { code, err } = await world.muster('incident show 2');
    expect([code, err]).toEqual([3, expect.stringContaining(`ended within a day: ${second}`)]);
    expect((await world.muster('incident ack 77')).code).toBe(3);
  });

  test('of the other kind is refused with the right noun, before anything is asked', async () => {
    const { code, err } = await world.muster('release show inc-2');
    expect([code, err, asked()]).toEqual([2, expect.stringMatching(/inc-2 is an incident: muster incident/), []]);
  });

  test('completes the items of a restricted incident for those who see it', async () => {
    const restricted = await world.declared({ restrictedTo: ['cto'] });
    const words = ['__complete', '--', 'incident', 'done', restricted, 'impact'];
    expect((await world.muster(words)).out).toBe('');
    expect((await world.muster(words, { env: { MUSTER_ACTOR: 'fatima' } })).out).toContain('impact-estimated');
    const said = ['__complete', '--', '--as', 'fatima', ...words.slice(2)];
    expect((await world.muster(said)).out).toContain('impact-estimated');
  });

  test('completes the items of its incident', async () => {
    const { out } = await world.muster(['__complete', '--', 'incident', 'done', '2', 'impact']);
    expect(out).toContain('impact-estimated');
  });
});

describe('several ids', () => {
  test('are each acknowledged in turn, a line of answer each', async () => {
    const { code, out } = await world.muster(`ack 1 ${second} --note mine --as fatima`);
    expect([code, sent()]).toEqual([0, [ackOf(first), ackOf(second)]]);
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/\s+/).slice(0, 2))).toEqual([
      [first, 'Acknowledged:'],
      [second, 'Acknowledged:'],
    ]);
    expect(world.front.seen.at(-1)?.body).toEqual({ note: 'mine' });
  });

  test('are all tried, and the exit code is the worst', async () => {
    await world.muster(['incident', 'cancel', first, 'false alarm']);
    world.front.seen.length = 0;
    const { code, out, err } = await world.muster(`ack ${first} 77 ${second} --as fatima`);
    expect([code, sent()]).toEqual([5, [ackOf(first), ackOf(second)]]);
    expect(out).toMatch(new RegExp(`^${second} `));
    expect(err).toMatch(
      new RegExp(`Refused: ${first}.*cancelled[^]*Not found: .*"77"[^]*2 of 3 failed: ${first}, 77\n$`),
    );
  });

  test('count once when they are the same', async () => {
    await world.muster(`ack 2 002 ${second}`);
    expect(sent()).toEqual([ackOf(second)]);
  });

  test('are checked before the first is acted on: a note is no id', async () => {
    const { code, err } = await world.muster(['ack', first, 'on it']);
    expect([code, asked()]).toEqual([2, []]);
    expect(err).toMatch(/"on it" is no id \(expected .*; a note goes by --note "\.\.\."/);
    expect((await world.muster(`ack ${first} REL-2026-12-07-001`)).err).toContain('is a release');
    expect((await world.muster('ack')).code).toBe(2);
    expect((await world.muster(`ack ${first} ${second} --if-match 1`)).code).toBe(2);
    expect(sent()).toEqual([]);
  });

  test('give as many documents', async () => {
    const { out } = await world.muster(`ack ${first} ${second} -o json --as fatima`);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: string }).id),
    ).toEqual([first, second]);
    const shown = await world.muster(`show ${first} ${second} -o name`);
    expect(shown.out).toBe(`${first}\n${second}\n`);
    expect((await world.muster(`show ${first} ${second} -o yaml`)).out.match(/^---$/gm)).toHaveLength(2);
  });
});

describe('without a noun', () => {
  test('show and update take incidents and releases, ack takes incidents', async () => {
    const release = await world.planned();
    for (const id of [first, release]) {
      expect((await world.muster(`show ${id}`)).out).toContain(id);
      expect((await world.muster(['update', id, 'on our way'])).code).toBe(0);
    }
    expect(sent()).toEqual([`/v1/incidents/${first}/post-update`, `/v1/releases/${release}/post-update`]);
    expect((await world.muster(`ack ${release}`)).err).toContain('is a release: muster release');
    expect((await world.muster('show nothing')).err).toMatch(/"nothing" is no id; expected INC-/);
  });

  test('completion offers people and roles where both may stand', async () => {
    const { out } = await world.muster(['__complete', '--', 'incident', 'declare', '--restricted-to', 'ct']);
    expect(out).toBe('cto\n');
  });

  test('completion offers the ids of the kinds that fit, and further ones after the first', async () => {
    const release = await world.planned();
    const offered = async (...words: string[]) =>
      (await world.muster(['__complete', '--', ...words])).out.trim().split('\n');
    expect(await offered('ack', '')).toEqual(expect.arrayContaining([first, second]));
    expect(await offered('ack', '')).not.toContain(release);
    expect(await offered('ack', first, '')).toContain(second);
    expect(await offered('show', '')).toEqual(expect.arrayContaining([first, release]));
    expect(await offered('update', '')).toEqual(expect.arrayContaining([first, release]));
    expect(await offered('incident', 'done', first, '--phase', 'imm')).toEqual(['immediate-response']);
  });
});

describe('a text that is only an id is refused with 2', () => {
  test.each([
    ['update A B', 'text'],
    ['incident cancel A B', 'reason'],
    ['incident resolve A B', 'summary'],
    ['incident comment A inc-2', 'text'],
    ['incident comment A 2', 'text'],
    ['incident comment A 002', 'text'],
    ['ack A --note B', 'note'],
    ['incident status A identified B', 'note'],
    ['incident review A --went-well fine --went-well B', 'went-well'],
    ['incident close A --skip-rest B', 'skip-rest'],
    ['incident declare Down P0 --description B', 'description'],
  ])('%s', async (words, field) => {
    const argv = words.split(' ').map((word) => (word === 'A' ? first : word === 'B' ? second : word));
    const { code, out, err } = await world.muster(argv);
    expect([code, out, sent()]).toEqual([2, '', []]);
    expect(err).toMatch(
      new RegExp(`the ${field} is only ".*", an id: .*say the ${field} in words, --${field} "\\.\\.\\."`),
    );
  });

  test('but a number that nothing has is a text, as is an id among words', async () => {
    expect((await world.muster(`incident comment ${first} 77`)).code).toBe(0);
    expect((await world.muster(['incident', 'comment', first, `see ${second}`])).code).toBe(0);
  });

  test('also where several have the number', async () => {
    await world.planned();
    expect((await world.muster(`incident comment ${first} 1`)).code).toBe(2);
  });

  test('and a vote too', async () => {
    const release = await world.planned();
    expect((await world.muster(`release go ${release} --gate go-no-go --note ${first}`)).code).toBe(2);
    expect(sent()).toEqual([]);
  });
});

describe('done', () => {
  test('--phase finishes a phase, the beginning of an item is enough, and the answer has the ids', async () => {
    const one = await world.muster(`incident done ${first} commander-a`);
    expect([one.code, one.out]).toEqual([0, expect.stringContaining('Done: commander-assigned')]);
    const rest = await world.muster(`incident done ${first} --phase immediate-response`);
    expect([rest.code, rest.out]).toEqual([0, expect.stringContaining('Phase immediate-response completed')]);
    const phase = await world.muster(`incident done ${first} immediate-response`);
    expect([phase.code, phase.err]).toEqual([
      2,
      expect.stringContaining('to finish the phase: --phase immediate-response'),
    ]);
  });

  test('a role has its nearest name, also by the short words of the field', async () => {
    const { err } = await world.muster(`incident assign ${first} comms-lead kenji`);
    expect(err).toMatch(/unknown role "comms-lead"; did you mean communications-lead/);
  });
});
