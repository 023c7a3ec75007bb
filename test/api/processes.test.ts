/** Incidents and releases over a real socket, with the real rules. */
import { Refused } from '../../src/api/temporal/process-store';
import {
  commandAnswerSchema,
  listRowSchema,
  pageSchema,
  processViewSchema,
  timelinePageSchema,
  deadlineWithRungsSchema,
  duePageSchema,
  inboxPageSchema,
  inboxRowSchema,
  reportSchema,
} from '../../src/contracts/view';
import { clockTime } from '../../src/contracts/clock-time';
import { ackToken, launch, outage, serve } from './serve';

let api: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => (api = await serve()));
afterEach(() => api.close());

const minute = 60_000;
const day = 24 * 60 * minute;
async function declared(body: object = {}): Promise<string> {
  const { status, body: view } = await api.post('/v1/incidents', { ...outage, ...body }, { 'muster-actor': 'emeka' });
  expect(status).toBe(201);
  return view.id as string;
}
async function planned(body: object = {}): Promise<string> {
  const { status, body: view } = await api.post('/v1/releases', { ...launch, ...body }, { 'muster-actor': 'ana' });
  expect(status).toBe(201);
  return view.id as string;
}

test('declaring answers 201 with Location, the revision as ETag, and the whole view', async () => {
  const { status, headers, body } = await api.post('/v1/incidents', outage, { 'muster-actor': 'emeka' });
  expect(status).toBe(201);
  expect(headers.get('location')).toBe('/v1/incidents/INC-2026-12-07-001');
  expect(headers.get('etag')).toBe(`"${body.revision}"`);
  processViewSchema.strict().parse(body);
  expect(body).toMatchObject({
    id: 'INC-2026-12-07-001',
    kind: 'incident',
    status: 'investigating',
    severity: 'P0',
    declaredBy: 'emeka',
    declaredAt: '2026-12-07T08:00:00.000Z',
    drill: false,
  });
  const response = body.deadlines.find(({ id }: { id: string }) => id === 'response');
  expect(response).toMatchObject({ kind: 'response', status: 'pending', dueAt: '2026-12-07T08:05:00.000Z' });
  expect(response.next).toEqual({
    rung: '2',
    at: '2026-12-07T08:03:00.000Z',
    mode: 'page',
    recipients: [{ person: 'giorgos', name: 'Giorgos Nikolaou' }],
  });
  expect(body.phases).toHaveLength(10);
  const seen = await api.get('/v1/incidents/INC-2026-12-07-001');
  processViewSchema.strict().parse(seen.body);
});

test('a release is planned with a local time, which is read in the zone of the calendar', async () => {
  const { body } = await api.post(
    '/v1/releases',
    { ...launch, targetAt: '2027-01-20T12:00' },
    { 'muster-actor': 'ana' },
  );
  processViewSchema.strict().parse(body);
  expect(body).toMatchObject({
    id: 'REL-2026-12-07-001',
    kind: 'release',
    status: 'planned',
    severity: 'P2',
    targetAt: '2027-01-20T10:00:00.000Z',
    plannedBy: 'ana',
  });
  expect(body.gates[0]).toMatchObject({ id: 'go-no-go', decision: 'pending' });
});

test('a local time that the clocks skip or repeat is refused, not guessed', async () => {
  const gap = await api.post('/v1/releases', { ...launch, targetAt: '2027-03-28T03:30' });
  expect([gap.status, gap.body.errors[0].path]).toEqual([400, 'targetAt']);
  expect(gap.body.detail).toMatch(/does not exist in Europe\/Athens/);
  const twice = await api.post('/v1/releases', { ...launch, targetAt: '2027-10-31T03:30' });
  expect(twice.body.detail).toMatch(/happens twice/);
  expect((await api.post('/v1/releases', { ...launch, targetAt: '2027-10-31T03:30+02:00' })).status).toBe(201);
});

test('a target must lie ahead and within the horizon', async () => {
  for (const targetAt of ['2026-12-07T07:59:59Z', '2029-01-01T00:00:00Z']) {
    const { status, body } = await api.post('/v1/releases', { ...launch, targetAt });
    expect([status, body.errors[0].path]).toEqual([400, 'targetAt']);
  }
});

test('a command answers its changes and the new revision, and who acted is on the timeline', async () => {
  const id = await declared();
  const { status, headers, body } = await api.post(`/v1/incidents/${id}/acknowledge`, undefined, {
    'muster-actor': 'fatima',
  });
  expect(status).toBe(200);
  commandAnswerSchema.strict().parse(body);
  expect(headers.get('etag')).toBe(`"${body.revision}"`);
  const { body: view } = await api.get(`/v1/incidents/${id}`);
  expect(view).toMatchObject({ acknowledgedBy: 'fatima', roles: { commander: 'fatima' }, revision: body.revision });
  const { body: page } = await api.get(`/v1/incidents/${id}/timeline`);
  timelinePageSchema.parse(page);
  expect(page.items.map(({ seq }: { seq: number }) => seq)).toEqual(
    page.items.map((_: unknown, index: number) => index + 1),
  );
  expect(page.items.find(({ type }: { type: string }) => type === 'acknowledged')).toMatchObject({ by: 'fatima' });
  expect(page.next).toBe(page.items.at(-1).seq);
});

test('whoever is not known does not answer: refused with the nearest names, and the attempt stands on the timeline', async () => {
  const id = await declared();
  const anonymous = await api.post(`/v1/incidents/${id}/acknowledge`);
  expect([anonymous.status, anonymous.body]).toMatchObject([
    409,
    { reason: 'unknown-person', didYouMean: [], detail: expect.stringContaining('say who you are') },
  ]);
  const mistyped = await api.post(`/v1/incidents/${id}/acknowledge`, {}, { 'muster-actor': 'fatma' });
  expect(mistyped.body).toMatchObject({ didYouMean: ['fatima'] });
  expect(mistyped.body.detail).toContain(`did you mean fatima? muster incident ack ${id} --as fatima`);
  const { body } = await api.get(`/v1/incidents/${id}`);
  expect([body.acknowledgedBy, body.roles]).toEqual([undefined, {}]);
  const { items } = (await api.get(`/v1/incidents/${id}/timeline`)).body;
  const tried = items.filter(({ type }: { type: string }) => type === 'refused');
  expect(tried.map(({ by }: { by: string }) => by)).toEqual(['anonymous', 'fatma']);
});

test('a hand-off without a name is for the one person on call, and asks for a name when that is oneself', async () => {
  const id = await declared();
  await api.post(`/v1/incidents/${id}/acknowledge`, {}, { 'muster-actor': 'giorgos' });
  const own = await api.post(`/v1/incidents/${id}/hand-off`, {}, { 'muster-actor': 'fatima' });
  expect([own.status, own.body.errors]).toEqual([
    400,
    [{ path: 'to', message: 'say who is to take it: you are on call now' }],
  ]);
  expect(
    (await api.post(`/v1/incidents/${id}/hand-off`, { note: 'good night' }, { 'muster-actor': 'giorgos' })).status,
  ).toBe(200);
  expect((await api.get(`/v1/incidents/${id}`)).body.handOff).toMatchObject({
    to: 'fatima',
    name: 'Fatima Haddad',
    from: 'giorgos',
  });
});

test('the link of a merged incident leads to the one that goes on, and acknowledges that one after a look', async () => {
  const [one, other] = [await declared(), await declared()];
  const path = `/v1/ack/${ackToken(one, 'fatima', api.engine.now + minute)}`;
  await api.post(`/v1/incidents/${one}/merge`, { into: other });
  const page = await api.get(path);
  expect(page.text).toContain(`It was merged into ${other}`);
  expect(page.text).toContain(`action="?id=${other}"`);
  // Whoever has the page of before the merge open sees the new incident before anything happens.
  expect((await api.post(path)).status).toBe(409);
  expect((await api.get(`/v1/incidents/${other}`)).body.acknowledgedBy).toBeUndefined();
  expect((await api.post(`${path}?id=${other}`)).text).toContain('You have it.');
  expect((await api.get(`/v1/incidents/${other}`)).body.acknowledgedBy).toBe('fatima');
  expect((await api.post(`/v1/incidents/${one}/comment`, { text: 'x' })).body).toMatchObject({ mergedInto: other });
});

test('the same key gives the same answer, for a declaration and for a command; another body is 422', async () => {
  const key = { 'idempotency-key': 'k1', 'muster-actor': 'emeka' };
  const first = await api.post('/v1/incidents', outage, key);
  const again = await api.post('/v1/incidents', outage, key);
  expect([again.status, again.text]).toEqual([201, first.text]);
  const other = await api.post('/v1/incidents', { ...outage, severity: 'P1' }, key);
  expect([other.status, other.body.type]).toEqual([422, 'urn:muster:problem:key-reuse']);
  expect(api.engine.states.size).toBe(1);

  const comment = () => api.post(`/v1/incidents/${first.body.id}/comment`, { text: 'looking' }, key);
  expect((await comment()).text).toBe((await comment()).text);
  expect((await api.post(`/v1/incidents/${first.body.id}/comment`, { text: 'else' }, key)).status).toBe(422);
  expect(
    (await api.post(`/v1/incidents/${first.body.id}/comment`, { text: 'looking' }, { ...key, 'muster-actor': 'ana' }))
      .status,
  ).toBe(422);
  const { body } = await api.get(`/v1/incidents/${first.body.id}/timeline`);
  expect(body.items.filter(({ type }: { type: string }) => type === 'commented')).toHaveLength(1);
});

test('If-Match with a stale or weak tag is 412 and changes nothing; with the present one it passes', async () => {
  const id = await declared();
  const { headers } = await api.get(`/v1/incidents/${id}`);
  const tag = headers.get('etag')!;
  for (const stale of ['"9999"', `W/${tag}`])
    expect((await api.post(`/v1/incidents/${id}/comment`, { text: 'x' }, { 'if-match': stale })).status).toBe(412);
  expect(
    (await api.post(`/v1/incidents/${id}/comment`, { text: 'x' }, { 'if-match': tag.replaceAll('"', '') })).status,
  ).toBe(400);
  expect((await api.get(`/v1/incidents/${id}`)).headers.get('etag')).toBe(tag);
  expect((await api.post(`/v1/incidents/${id}/comment`, { text: 'x' }, { 'if-match': tag })).status).toBe(200);
  // The error names the header, and not a revision that the client did not send.
  const weak = await api.post(`/v1/incidents/${id}/comment`, { text: 'x' }, { 'if-match': `W/${tag}` });
  expect([weak.status, weak.body.reason, weak.body.detail]).toEqual([
    412,
    'stale',
    `W/${tag} is no ETag that was given; read it again`,
  ]);
});

test('a view is never 304: what is next moves on within a revision', async () => {
  const id = await declared();
  const { headers } = await api.get(`/v1/incidents/${id}`);
  expect((await api.get(`/v1/incidents/${id}`, { 'if-none-match': headers.get('etag')! })).status).toBe(200);
});

test('a refusal is 409 with its reason, and what would help', async () => {
  const id = await declared();
  const { status, headers, body } = await api.post(`/v1/incidents/${id}/close`);
  expect(status).toBe(409);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(body).toMatchObject({
    type: 'urn:muster:problem:refused',
    status: 409,
    reason: 'not-resolved',
    requestId: headers.get('x-request-id'),
  });
  const release = await planned();
  const deploy = await api.post(`/v1/releases/${release}/start-deployment`);
  expect(deploy.body).toMatchObject({ status: 409, reason: 'gate-closed' });
  expect(deploy.body.closedBecause.length).toBeGreaterThan(0);
  const metrics = await api.get('/metrics');
  expect(metrics.text).toContain('muster_refusals_total{command="start-deployment",reason="gate-closed"} 1');
});

test('a closed process takes no more commands', async () => {
  const id = await declared();
  await api.post(`/v1/incidents/${id}/cancel`, { reason: 'false alarm' });
  const { status, body } = await api.post(`/v1/incidents/${id}/comment`, { text: 'late' });
  expect([status, body.reason]).toEqual([409, 'closed']);
});

test('a reschedule can be tried first: the preview speaks in instants and moves nothing', async () => {
  const id = await planned();
  const { status, body } = await api.post(`/v1/releases/${id}/reschedule`, {
    targetAt: '2027-01-27T10:00:00Z',
    reason: 'not ready',
    dryRun: true,
  });
  expect(status).toBe(200);
  commandAnswerSchema.strict().parse(body);
  expect(body.preview.moves.length).toBeGreaterThan(3);
  expect((await api.get(`/v1/releases/${id}`)).body.targetAt).toBe('2027-01-20T10:00:00.000Z');
  await api.post(`/v1/releases/${id}/reschedule`, { targetAt: '2027-01-27T10:00:00Z', reason: 'not ready' });
  expect((await api.get(`/v1/releases/${id}`)).body.targetAt).toBe('2027-01-27T10:00:00.000Z');
});

test('an approver of the team decides at the gate, by what the directory says', async () => {
  const id = await planned();
  expect(
    (await api.post(`/v1/releases/${id}/decide`, { gate: 'go-no-go', decision: 'go' }, { 'muster-actor': 'fatima' }))
      .body.changes,
  ).toEqual([expect.stringContaining('go-no-go: go (not binding: it takes one of')]);
  expect(
    (await api.post(`/v1/releases/${id}/decide`, { gate: 'go-no-go', decision: 'go' }, { 'muster-actor': 'nobody' }))
      .body.reason,
  ).toBe('not-an-approver');
  expect(
    (await api.post(`/v1/releases/${id}/decide`, { gate: 'go-no-go', decision: 'go' }, { 'muster-actor': 'ingrid' }))
      .status,
  ).toBe(200);
  expect(
    (await api.post(`/v1/releases/${id}/decide`, { gate: 'go-nogo', decision: 'go' }, { 'muster-actor': 'ingrid' }))
      .body.detail,
  ).toMatch(/go-no-go/);
});

test('merging needs an incident that exists and is open', async () => {
  const [goes, stays, over] = [await declared(), await declared(), await declared()];
  await api.post(`/v1/incidents/${over}/cancel`, { reason: 'x' });
  expect((await api.post(`/v1/incidents/${goes}/merge`, { into: 'INC-2026-12-07-777' })).body).toMatchObject({
    status: 400,
    errors: [{ path: 'into' }],
  });
  expect((await api.post(`/v1/incidents/${goes}/merge`, { into: over })).body).toMatchObject({
    status: 409,
    reason: 'target-closed',
  });
  expect((await api.post(`/v1/incidents/${goes}/merge`, { into: stays })).status).toBe(200);
});

test('a deadline that has passed reads as missed although its process has not woken yet', async () => {
  const id = await declared();
  api.engine.now += 6 * minute;
  const { body } = await api.get(`/v1/incidents/${id}`);
  expect(body.deadlines.find(({ id: name }: { id: string }) => name === 'response')).toMatchObject({
    status: 'missed',
    missedAt: '2026-12-07T08:05:00.000Z',
  });
  expect(body.phases[0].late).toBe(true);
});

test('the deadlines of a process come with every rung and the people of each', async () => {
  const id = await declared();
  const { body } = await api.get(`/v1/incidents/${id}/deadlines`);
  pageSchema(deadlineWithRungsSchema.strict()).parse(body);
  const response = body.items.find((deadline: { id: string }) => deadline.id === 'response');
  expect(response.rungs[0]).toMatchObject({
    rung: '1',
    fired: true,
    mode: 'page',
    recipients: [{ person: 'fatima', name: 'Fatima Haddad' }],
  });
  expect(
    response.rungs
      .find(({ rung }: { rung: string }) => rung === '3')
      .recipients.map(({ person }: { person: string }) => person),
  ).toEqual(['hana', 'ana', 'bruno', 'chiara']);
});

test('lists filter, page with a cursor, and ask no process', async () => {
  const ids = [
    await declared(),
    await declared({ severity: 'P1', services: ['web'] }),
    await declared({ severity: 'P3' }),
  ];
  await api.post(`/v1/incidents/${ids[2]}/cancel`, { reason: 'x' });
  await planned();
  api.engine.asked.length = 0;
  const list = async (query = '') => {
    const { status, body } = await api.get(`/v1/incidents${query}`);
    expect(status).toBe(200);
    pageSchema(listRowSchema.strict()).parse(body);
    return (body.items as { id: string }[]).map(({ id }) => id);
  };
  expect((await list()).sort()).toEqual(ids);
  expect(await list('?severity=P1')).toEqual([ids[1]]);
  expect((await list('?severity=P1&severity=P0')).sort()).toEqual([ids[0], ids[1]]);
  expect(await list('?service=web')).toEqual([ids[1]]);
  expect(await list('?status=cancelled')).toEqual([ids[2]]);
  expect(await list('?open=false')).toEqual([ids[2]]);
  expect((await list('?open=true&missed=false')).sort()).toEqual([ids[0], ids[1]]);
  const first = (await api.get('/v1/incidents?limit=2')).body;
  expect(first.items).toHaveLength(2);
  const second = (await api.get(`/v1/incidents?limit=2&cursor=${first.next}`)).body;
  expect([second.items.length, second.next]).toEqual([1, null]);
  expect((await api.get('/v1/incidents?cursor=nonsense')).body).toMatchObject({
    status: 400,
    errors: [{ path: 'cursor' }],
  });
  expect(api.engine.asked.every((question) => question.startsWith('list'))).toBe(true);
});

test('what is due next is sorted over everything open and asks no more processes than its limit', async () => {
  const release = await planned();
  const calm = await declared({ severity: 'P3' });
  const urgent = await declared();
  api.engine.asked.length = 0;
  const { body } = await api.get('/v1/deadlines?limit=2');
  duePageSchema.strict().parse(body);
  expect(body.items).toHaveLength(2);
  // Of the urgent and the calm incident, the two that were asked, and of the release.
  expect(body.leftOut).toMatchObject({ processes: 1, unanswered: [], earlier: false });
  expect(body.leftOut.deadlines).toBeGreaterThan(0);
  expect(body.items.every((row: { process: { id: string } }) => row.process.id === urgent)).toBe(true);
  expect(api.engine.asked.filter((question) => question.startsWith('view'))).toHaveLength(2);
  const all = (await api.get('/v1/deadlines')).body.items as {
    dueAt: string;
    process: { id: string };
    next: { recipients: unknown[] } | null;
  }[];
  expect(all.map(({ dueAt }) => dueAt)).toEqual(all.map(({ dueAt }) => dueAt).sort());
  expect(new Set(all.map(({ process }) => process.id))).toEqual(new Set([release, calm, urgent]));
  expect(all[0]!.next!.recipients).toEqual([{ person: 'giorgos', name: 'Giorgos Nikolaou' }]);
});

test('the most overdue come first, however many more were declared and missed since', async () => {
  const oldest = await declared();
  api.engine.pass(10 * minute);
  const second = await declared({ severity: 'P1' });
  api.engine.pass(60 * minute);
  for (let count = 0; count < 5; count++) await declared();
  api.engine.pass(10 * minute);
  const { body } = await api.get('/v1/deadlines?limit=2');
  const items = body.items as { process: { id: string }; missedAt: string }[];
  expect(items.every(({ process }) => process.id === oldest)).toBe(true);
  expect(items.map(({ missedAt }) => missedAt)).toEqual(items.map(({ missedAt }) => missedAt).sort());
  expect(body.leftOut.processes).toBe(5);
  const rows = (await api.get('/v1/incidents')).body.items as { id: string; nextDueAt: string; missed: boolean }[];
  const inOrder = [...rows].sort((a, b) => (a.nextDueAt < b.nextDueAt ? -1 : 1));
  expect(inOrder.slice(0, 2).map(({ id, missed }) => [id, missed])).toEqual([
    [oldest, true],
    [second, true],
  ]);
});

test('a lower severity moves the due instant of a missed deadline, not its place in the order', async () => {
  const missed = await declared();
  api.engine.pass(10 * minute);
  await declared({ severity: 'P1' });
  await api.post(`/v1/incidents/${missed}/set-severity`, { severity: 'P3', reason: 'few users' });
  const { body } = await api.get('/v1/deadlines?limit=1');
  expect(body.items[0]).toMatchObject({ process: { id: missed }, status: 'missed' });
});

test('the inbox shows what the built-in channel delivered, newest first, for one process or all', async () => {
  const [a, b] = [await declared(), await declared({ severity: 'P1' })];
  api.engine.pass(4 * minute);
  const { body } = await api.get('/v1/inbox');
  inboxPageSchema.parse(body);
  pageSchema(inboxRowSchema.strict()).parse(body);
  expect(body.leftOut).toEqual({ messages: 0, processes: false, unanswered: [] });
  const rows = body.items as { at: string; process: string; kind: string; recipient: string }[];
  expect(rows.map(({ at }) => at)).toEqual(
    rows
      .map(({ at }) => at)
      .sort()
      .reverse(),
  );
  expect(new Set(rows.map(({ process }) => process))).toEqual(new Set([a, b]));
  const own = (await api.get(`/v1/inbox?process=${a}&limit=500`)).body.items as typeof rows;
  expect(own.filter(({ kind }) => kind === 'page').map(({ recipient }) => recipient)).toEqual(['giorgos', 'fatima']);
  expect((await api.get('/v1/inbox?limit=1')).body).toMatchObject({
    items: [rows[0]],
    leftOut: { messages: rows.length - 1 },
  });
  expect((await api.get('/v1/inbox?process=INC-2026-12-07-777')).status).toBe(404);
  expect((await api.get('/v1/inbox?process=x')).status).toBe(400);
});

test('the report is Markdown in the form of the checklists, or JSON when asked for', async () => {
  const id = await declared({ usersAffected: '1,200' });
  await api.post(`/v1/incidents/${id}/resolve`, { summary: 'rolled back' });
  const { headers, text } = await api.get(`/v1/incidents/${id}/report`);
  expect(headers.get('content-type')).toBe('text/markdown; charset=utf-8');
  expect(text).toMatch(/^# Post-Incident Report: Checkout is down\n\n## Summary\n- \*\*Incident ID\*\*: INC-/);
  const json = await api.get(`/v1/incidents/${id}/report`, { accept: 'application/json' });
  expect(reportSchema.parse(json.body)).toEqual(json.body);
  expect(json.body.resolution).toBe('rolled back');
});

test('a link that is looked at changes nothing; its button acknowledges as the person it was sent to', async () => {
  const id = await declared();
  const path = `/v1/ack/${ackToken(id, 'fatima', api.engine.now + minute)}`;
  const page = await api.get(`${path}?utm_source=mail`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.text).toMatch(/<form class="act" method="post" action="\?id=INC-[\d-]+">/);
  expect((await api.get(`/v1/incidents/${id}`)).body.acknowledgedBy).toBeUndefined();
  expect((await api.post(path, undefined, { 'muster-actor': 'eve', origin: api.url })).status).toBe(200);
  expect((await api.post(path)).status).toBe(200);
  const { body } = await api.get(`/v1/incidents/${id}`);
  expect(body.acknowledgedBy).toBe('fatima');
  const heard = (await api.get(`/v1/incidents/${id}/timeline`)).body.items.filter(
    ({ type }: { type: string }) => type === 'acknowledged',
  );
  expect(heard).toHaveLength(1);
});

test('the page behind a link says what it is about: title, severity, by when; nothing in it is taken for HTML', async () => {
  const { body } = await api.post('/v1/incidents', { title: '<b>Checkout</b> & "cart"', severity: 'P0' });
  const path = `/v1/ack/${ackToken(body.id, 'fatima', api.engine.now + minute)}`;
  const { text } = await api.get(path);
  expect(text).toContain('<h1>P0: &#60;b&#62;Checkout&#60;/b&#62; &#38; &#34;cart&#34;</h1>');
  const { dueAt } = body.deadlines.find(({ id }: { id: string }) => id === 'response');
  expect(text).toContain(`Response due <time datetime="${dueAt}">${clockTime(Date.parse(dueAt), 'Europe/Athens')}<`);
  await api.post(`/v1/incidents/${body.id}/acknowledge`, {}, { 'muster-actor': 'giorgos' });
  const answered = (await api.get(path)).text;
  expect(answered).toContain('Giorgos Nikolaou has acknowledged it already.');
  expect(answered).not.toContain('Response due');
  const drill = (await api.post('/v1/incidents', { title: 'x', severity: 'P2', drill: true })).body.id;
  expect((await api.get(`/v1/ack/${ackToken(drill, 'fatima', api.engine.now + minute)}`)).text).toContain(
    '<h1>DRILL - P2: x</h1>',
  );
});

test('a link to a process that a restore lost neither shows nor acknowledges the one that has its id now', async () => {
  const id = await declared();
  const { mark } = (await api.get(`/v1/incidents/${id}`)).body;
  const path = `/v1/ack/${ackToken(id, 'fatima', api.engine.now + minute, '77b1c0ffee12')}`;
  for (const { status, text } of [await api.get(path), await api.post(path)]) {
    expect(status).toBe(409);
    expect(text).toContain(`Not acknowledged: this is for another ${id}`);
    expect(text).not.toMatch(/<button|You have it/);
  }
  expect((await api.get(`/v1/incidents/${id}`)).body.acknowledgedBy).toBeUndefined();
  const own = `/v1/ack/${ackToken(id, 'fatima', api.engine.now + minute, mark)}`;
  expect((await api.get(own)).text).toMatch(/<button/);
  expect((await api.post(own)).text).toContain('You have it.');
});

test('a link to what is over says so, and offers and claims nothing', async () => {
  const id = await declared();
  const path = `/v1/ack/${ackToken(id, 'fatima', api.engine.now + minute)}`;
  await api.post(`/v1/incidents/${id}/resolve`, {});
  for (const { text } of [await api.get(path), await api.post(path)]) {
    expect(text).toContain('It is resolved. Nothing is left to acknowledge.');
    expect(text).not.toMatch(/<button|You have it/);
  }
  await api.post(`/v1/incidents/${id}/reopen`, { reason: 'it is back' });
  expect((await api.get(path)).text).toMatch(/<button/);
  await api.post(`/v1/incidents/${id}/cancel`, { reason: 'false alarm' });
  expect((await api.get(path)).text).toContain('It is cancelled. Nothing is left to acknowledge.');
});

test('a link that was used before a reopening does not say that its person has it', async () => {
  const id = await declared();
  const path = `/v1/ack/${ackToken(id, 'fatima', api.engine.now + minute)}`;
  expect((await api.post(path)).text).toContain('You have it.');
  expect((await api.post(path)).text).toContain('You have it.');
  await api.post(`/v1/incidents/${id}/resolve`);
  await api.post(`/v1/incidents/${id}/reopen`, { reason: 'not over' });
  const stale = await api.post(path);
  expect(stale.status).toBe(409);
  expect(stale.text).toMatch(/NOT acknowledged: this link was used before/);
  expect((await api.get(`/v1/incidents/${id}`)).body.acknowledgedAt).toBeUndefined();
});

test('whoever answers second by the link is told who has it', async () => {
  const id = await declared();
  await api.post(`/v1/incidents/${id}/acknowledge`, {}, { 'muster-actor': 'giorgos' });
  const reply = await api.post(`/v1/ack/${ackToken(id, 'fatima', api.engine.now + minute)}`);
  expect(reply.text).toContain('Acknowledged by Fatima Haddad. Giorgos Nikolaou has it.');
});

test('GoAlert TestTwilioSMSReplyIgnore: an answer of nobody we know is ignored: a forged link is 404, an expired one 410, and one of a closed incident says so', async () => {
  const id = await declared();
  const good = ackToken(id, 'fatima', api.engine.now + minute);
  expect((await api.post(`/v1/ack/${good.slice(0, -2)}xx`)).status).toBe(404);
  expect((await api.post('/v1/ack/x')).status).toBe(404);
  expect((await api.post(`/v1/ack/${ackToken(id, 'fatima', api.engine.now)}`)).status).toBe(410);
  expect((await api.get(`/v1/incidents/${id}`)).body.acknowledgedAt).toBeUndefined();
  await api.post(`/v1/incidents/${id}/cancel`, { reason: 'x' });
  expect((await api.post(`/v1/ack/${good}`)).status).toBe(409);
});

test('an old link shows how things stand, and acknowledges nothing', async () => {
  const { id } = (await api.post('/v1/incidents', { ...outage, severity: 'P1' })).body;
  const response = async () =>
    (await api.get(`/v1/incidents/${id}`)).body.deadlines.find((one: { id: string }) => one.id === 'response');
  const link = (exp: number, round?: number) => `/v1/ack/${ackToken(id, 'fatima', exp, undefined, round)}`;
  const first = link(api.engine.now + day, (await response()).round);
  await api.post(`/v1/incidents/${id}/acknowledge`, {}, { 'muster-actor': 'giorgos' });
  await api.post(`/v1/incidents/${id}/set-severity`, { severity: 'P0', reason: 'worse' }, { 'muster-actor': 'emeka' });
  const { round, status } = await response();
  expect(status).toBe('pending');
  const shown = await api.get(first);
  expect([shown.status, shown.text]).toEqual([410, expect.stringMatching(/Response due.*asked for again since/s)]);
  expect(shown.text).not.toContain('<form');
  const tapped = await api.post(first);
  expect([tapped.status, tapped.text]).toEqual([410, expect.stringContaining('NOT acknowledged')]);
  const late = await api.get(link(api.engine.now, round));
  expect([late.status, late.text]).toEqual([410, expect.stringMatching(/Response due.*counted for a day/s)]);
  expect((await api.post(link(api.engine.now, round))).status).toBe(410);
  expect((await response()).status).toBe('pending');
  expect((await api.get(link(api.engine.now - 7 * day, round))).body.detail).toContain('has expired');
  const stranger = await api.post(`/v1/ack/${ackToken(id, 'nobody-any-more', api.engine.now + day)}`);
  expect([stranger.status, stranger.body.detail]).toEqual([410, expect.stringContaining('does not have nobody')]);
  expect((await api.post(link(api.engine.now + day, round))).text).toContain('Acknowledged by Fatima');
});

test('a link acknowledges also where a worker of an earlier build, which knows no rounds, has the incident', async () => {
  const command = api.engine.command.bind(api.engine);
  const refusal = { kind: 'invalid', reason: 'malformed', message: 'ifRound: unknown' } as const;
  api.engine.command = (id, name, input) =>
    input.ifRound === undefined ? command(id, name, input) : Promise.reject(new Refused(refusal));
  const id = await declared();
  const reply = await api.post(`/v1/ack/${ackToken(id, 'fatima', api.engine.now + minute, undefined, 1)}`);
  expect(reply.text).toContain('Acknowledged by Fatima Haddad');
});

test('what is loaded can be read: templates whole, people, services', async () => {
  const { body } = await api.get('/v1/templates');
  expect(body.items.map(({ id, default: isDefault }: { id: string; default: boolean }) => [id, isDefault])).toEqual([
    ['hopngo-incident', true],
    ['hopngo-release', true],
    ['hotfix', false],
  ]);
  const template = (await api.get(`/v1/templates/${body.items[0].id}`)).body;
  expect(template).toMatchObject({ ...body.items[0], severities: { P0: { response: '5m', updateEvery: '15m' } } });
  expect(template.ladders.response.map(({ at }: { at: string }) => at)).toEqual([
    'due - 1 response',
    'due - 0.4 response',
    'due',
    'due + 1 response',
  ]);
  expect((await api.get('/v1/templates/hopngo-incidnt')).body).toMatchObject({
    status: 404,
    detail: expect.stringContaining('hopngo-incident'),
  });
  expect((await api.get('/v1/people')).body.items).toContainEqual({
    id: 'ana',
    name: 'Ana Duarte',
    roles: ['ceo'],
    reach: ['inbox'],
  });
  expect((await api.get('/v1/services')).body.items.map(({ id }: { id: string }) => id)).toEqual([
    'bookings',
    'payments',
    'search',
    'web',
  ]);
});

test('a phase whose window hangs on what has not happened yet says on what', async () => {
  const { body } = await api.post('/v1/releases', launch);
  const windows = Object.fromEntries(
    body.phases.map((phase: Record<string, string>) => [
      phase['id'],
      [phase['opensAt'] ?? phase['opensWhen'], phase['dueAt'] ?? phase['dueWhen']],
    ]),
  );
  expect(Object.keys(windows)).toHaveLength(7);
  expect(windows).toMatchObject({
    planning: ['2027-01-06T10:00:00.000Z', '2027-01-13T10:00:00.000Z'],
    'post-deployment': ['deployed', 'deployed + 4h'],
    'monitoring-and-validation': ['deployed + 24h', 'deployed + 48h'],
  });
});

test('a link to a process must find it, and not be to itself; any other text is for people', async () => {
  const id = (await api.post('/v1/incidents', outage)).body.id as string;
  const release = (await api.post('/v1/releases', launch)).body.id as string;
  const link = (to: string) => api.post(`/v1/incidents/${id}/link`, { to, relation: 'caused-by' });
  for (const to of ['INC-2020-01-01-001', id]) {
    const { status, body } = await link(to);
    expect([status, body.errors[0].path]).toEqual([400, 'to']);
  }
  expect((await link(release)).status).toBe(200);
  expect((await link('https://wiki.example.com/lock-waits')).status).toBe(200);
});

test('escalate takes one recipient or a list', async () => {
  const id = await declared();
  for (const to of ['hana', ['hana', 'bruno']])
    expect((await api.post(`/v1/incidents/${id}/escalate`, { reason: 'help', to })).status).toBe(200);
  const wrong = await api.post(`/v1/incidents/${id}/escalate`, { reason: 'help', to: 'hanna' });
  expect([wrong.status, wrong.body.errors[0].path]).toEqual([400, 'to']);
});
