/**
 * Where words of people are to be found: an incident, a release, alerts and changes live their
 * lives, and then everything that Muster and Temporal have left is searched for every word that
 * was said. Without payload keys all words are found, which proves the search; with keys none is.
 */
import { randomUUID } from 'node:crypto';
import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { unreadableWith } from '../../src/app/payload-check';
import { commandTable } from '../../src/contracts/command-table';
import { present } from '../support/clock';
import { keyEntry, keysOf } from '../support/payload-keys';
import { configFor, freePort, Muster, removeFolder, Sink, until } from './muster';

jest.setTimeout(300_000);
let sink: Sink;
const running: Muster[] = [];
const folders: string[] = [];
beforeAll(async () => (sink = await Sink.open()));
afterAll(async () => {
  for (const muster of running) await muster.end();
  await sink.close();
  for (const folder of folders) await removeFolder(folder);
});
async function launch(folder: string, keys?: string): Promise<Muster> {
  const env = keys === undefined ? {} : { MUSTER_PAYLOAD_KEYS: keys };
  const muster = Muster.launch(folder, await freePort(), env);
  running.push(muster);
  return muster;
}

/** Makes words that stand nowhere else, and remembers them. */
class Words {
  readonly all: string[] = [];
  readonly kept: string[] = [];
  /** The fields of commands in which a word was said: `comment.text`. */
  readonly fields = new Set<string>();
  of = (field: string): string => {
    const word = this.notKept(field);
    this.kept.push(word);
    return word;
  };
  /** A word that stands nowhere even without keys: Muster does not keep it as it is. */
  notKept = (field: string): string => {
    const word = `zq${field}${randomUUID().slice(0, 8)}`;
    this.all.push(word);
    return word;
  };
}

const beginnings: Readonly<Record<string, string>> = { '/v1/incidents': 'declare', '/v1/releases': 'plan' };
const isWords = (type: string) => ['title', 'text', 'short', 'url'].includes(type);
/** Every field of a command that takes words. */
const fieldsOfWords = Object.entries(commandTable).flatMap(([command, { fields }]) =>
  Object.entries<{ type: string }>(fields).flatMap(([field, { type }]) =>
    isWords(type) ? [`${command}.${field}`] : [],
  ),
);

/** Says a word in every field that takes one. */
async function live(muster: Muster, { of, notKept, fields }: Words): Promise<void> {
  const refused: unknown[] = [];
  const say = async (path: string, body: object, actor = 'emeka') => {
    const command = beginnings[path] ?? path.slice(path.lastIndexOf('/') + 1);
    for (const [field, value] of Object.entries(body))
      if (JSON.stringify(value).includes('zq')) fields.add(`${command}.${field}`);
    const answer = await muster.post(path, body, actor);
    if (answer.status >= 300) refused.push([path, answer.body]);
    return answer.body;
  };
  const inHours = (hours: number) => new Date(present() + hours * 3_600_000).toISOString();
  const { id: other } = await say('/v1/incidents', { title: of('merged'), severity: 'P1', services: ['payments'] });
  const incident = await say('/v1/incidents', {
    title: of('title'),
    severity: 'P0',
    services: ['payments'],
    description: of('description'),
    usersAffected: of('affected'),
    labels: [of('label')],
  });
  const at = `/v1/incidents/${String(incident['id'])}`;
  await until(() => Promise.resolve(sink.pages.some(({ process }) => process.id === incident['id'])), 20_000);
  await say(`${at}/acknowledge`, { note: of('ack') });
  // The key is the client's own, and may be a sentence.
  await fetch(`${muster.url}${at}/comment`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'muster-actor': 'emeka', 'idempotency-key': of('key') },
    body: JSON.stringify({ text: of('keyed') }),
  });
  await say(`${at}/comment`, { text: of('comment') });
  await say(`${at}/set-severity`, { severity: 'P1', reason: of('reason') });
  await say(`${at}/set-status`, { status: 'identified', note: of('status') });
  await say(`${at}/post-update`, { text: of('update'), actions: [of('action')] });
  await say(`${at}/post-update`, { text: of('public'), audience: 'public' });
  await say(`${at}/record-impact`, { usersAffected: of('users'), description: of('impact') });
  await say(`${at}/set-title`, { title: of('newtitle') });
  await say(`${at}/snooze`, { deadline: 'update', until: inHours(0.3), reason: of('snooze') });
  await say(`${at}/escalate`, { to: ['emeka'], reason: of('escalate') });
  await say(`${at}/add-action-item`, { title: of('item'), owner: 'emeka', dueAt: inHours(48) });
  await say(`${at}/add-action-item`, { title: of('dropped'), owner: 'emeka', dueAt: inHours(48) });
  await say(`${at}/drop-action-item`, { actionItem: '2', reason: of('drop') });
  await say(`${at}/complete-items`, { items: ['dashboards-checked'], note: of('done'), evidence: of('evidence') });
  await say(`${at}/reopen-items`, { items: ['dashboards-checked'], reason: of('undone') });
  await say(`${at}/skip-items`, { items: ['dashboards-checked'], reason: of('skipped') });
  await say(`${at}/link`, { to: `https://x.test/${of('url')}`, relation: 'ticket', title: of('link') });
  await say(`${at}/hand-off`, { to: 'fatima', note: of('handoff') });
  await say(`/v1/incidents/${String(other)}/merge`, { into: incident['id'] });
  await say(`${at}/resolve`, { summary: of('resolve') });
  await say(`${at}/reopen`, { reason: of('reopen') });
  await say(`${at}/resolve`, { summary: of('resolved') });
  await say(`${at}/write-review`, {
    rootCause: of('cause'),
    resolution: of('resolution'),
    wentWell: [of('well')],
    couldImprove: [of('improve')],
  });
  await say(`${at}/close`, { skipRest: of('skip') });

  const release = await say('/v1/releases', {
    title: of('release'),
    services: ['payments'],
    targetAt: inHours(400),
    version: of('version'),
    description: of('contents'),
  });
  const of2 = `/v1/releases/${String(release['id'])}`;
  await say(`${of2}/comment`, { text: of('rcomment') });
  await say(`${of2}/report-check`, { check: 'unit-tests', result: 'fail', url: `https://x.test/${of('check')}` });
  await say(`${of2}/reschedule`, { targetAt: inHours(500), reason: of('later') });
  await say(`${of2}/restrict`, { to: ['emeka'] });
  await say(`${of2}/unrestrict`, { reason: of('unrestrict') });
  await say(`${of2}/decide`, { gate: 'go-no-go', decision: 'override', note: of('decide') }, 'chiara');
  await say(`${of2}/start-deployment`, { override: of('deploy'), early: of('early') }, 'chiara');
  await say(`${of2}/roll-back`, { reason: of('back') });
  const { id: third } = await say('/v1/releases', { title: of('third'), services: ['search'], targetAt: inHours(400) });
  await say(`/v1/releases/${String(third)}/cancel`, { reason: of('cancel') });

  await say('/v1/alerts/scripts', {
    key: of('alertkey'),
    title: of('alert'),
    service: 'search',
    labels: { [notKept('labelname')]: notKept('labelvalue') },
  });
  await say('/v1/alerts/alertmanager', {
    version: '4',
    groupKey: of('group'),
    status: 'firing',
    alerts: [
      {
        status: 'firing',
        fingerprint: of('fingerprint'),
        labels: { alertname: notKept('alertname'), service: 'search', severity: 'critical' },
        annotations: { summary: of('summary'), runbook_url: `https://x.test/${of('runbook')}` },
        startsAt: new Date(present()).toISOString(),
      },
    ],
  });
  await say('/v1/changes/ci', { id: of('change'), kind: 'deployed', title: of('deployed'), services: ['payments'] });
  await say('/v1/on-call/overrides', {
    schedule: 'travel-primary',
    person: 'emeka',
    to: inHours(5),
    reason: of('override'),
  });
  expect(refused).toEqual([]);
  expect(fieldsOfWords.filter((field) => !fields.has(field))).toEqual([]);
}

/** The files of the data folder, by name. */
async function filesOf(folder: string, when: string): Promise<Record<string, string>> {
  const left: Record<string, string> = {};
  const names = await readdir(join(folder, 'data'), { recursive: true, withFileTypes: true });
  for (const file of names.filter((entry) => entry.isFile()))
    left[`${file.name} ${when}`] = (await readFile(join(file.parentPath, file.name))).toString('latin1');
  return left;
}

function addressOf({ output }: Muster): string {
  return /Temporal +(\S+) \(embedded\)/.exec(output)?.[1] ?? '';
}

/** Every file of the data folder, every history, and what Muster said of itself. */
async function leftBy(muster: Muster, folder: string): Promise<Record<string, string>> {
  const connection = await Connection.connect({ address: addressOf(muster) });
  const { executions } = await connection.workflowService.listWorkflowExecutions({ namespace: 'default' });
  const histories: string[] = [];
  for (const { execution, memo, searchAttributes } of executions) {
    const ask = { namespace: 'default', execution: execution ?? null };
    const { history } = await connection.workflowService.getWorkflowExecutionHistory(ask);
    const described = await connection.workflowService.describeWorkflowExecution(ask);
    histories.push(historyToJSON(history ?? {}), JSON.stringify([memo, searchAttributes, described]));
  }
  await connection.close();
  const metrics = await (await fetch(`${muster.url}/metrics`)).text();
  const readyz = await (await fetch(`${muster.url}/readyz`)).text();
  // While it runs, the latest words are in the write-ahead log.
  const whileItRan = await filesOf(folder, 'while it ran');
  await muster.kill9();
  return {
    ...whileItRan,
    ...(await filesOf(folder, 'after a power cut')),
    history: unfolded(histories.join('\n')),
    metrics,
    readyz,
    output: muster.output,
  };
}
/** Bytes stand in JSON as base64: what they say is added. */
function unfolded(json: string): string {
  const texts = [...json.matchAll(/"([A-Za-z0-9+/]{12,}={0,2})"/g)].map(([, text]) => Buffer.from(text!, 'base64'));
  return [json, ...texts.map((text) => text.toString('latin1'))].join('\n');
}
const hits = (left: Readonly<Record<string, string>>, words: readonly string[]) =>
  Object.entries(left).flatMap(([place, text]) =>
    words.filter((word) => text.includes(word)).map((word) => `${place}: ${word}`),
  );

async function lived(keys?: string) {
  const folder = await configFor(sink, '1s');
  folders.push(folder);
  await appendFile(join(folder, 'config', 'alerts.yaml'), '\ndeployments: { ci: { preset: generic } }\n');
  const words = new Words();
  const muster = await launch(folder, keys);
  await muster.ready();
  await live(muster, words);
  // What was said last has to be carried out.
  await until(
    () =>
      Promise.resolve(
        sink.pages.some(({ text }) => text.includes(words.all.find((it) => it.startsWith('zqsummary'))!)),
      ),
    20_000,
  );
  return { folder, words, left: await leftBy(muster, folder) };
}

test('without payload keys, every word that was said stands in the database and in the histories', async () => {
  const { words, left } = await lived();
  const database = Object.entries(left).filter(([name]) => /\.db|sqlite/.test(name));
  expect(database.filter(([name]) => name.includes('-wal'))).not.toEqual([]);
  const { metrics, readyz, output } = left;
  expect(hits({ metrics: metrics!, readyz: readyz!, output: output! }, words.all)).toEqual([]);
  const missing = (...texts: string[]) => words.kept.filter((word) => !texts.some((text) => text.includes(word)));
  expect(missing(left['history']!)).toEqual([]);
  expect(missing(...database.map(([, text]) => text))).toEqual([]);
});

test('with payload keys, no word stands in database, histories, logs, metrics or errors; the keys neither', async () => {
  const { folder, words, left } = await lived(keyEntry('k1'));
  expect(hits(left, [...words.all, keyEntry('k1').slice(3, 20)])).toEqual([]);
  expect(left['history']).toContain('binary/muster-aes-256-gcm');

  // Another key in its place, as after a restore without the keys: a refusal that says which key.
  for (const keys of [keyEntry('k2'), undefined]) {
    const refused = await launch(folder, keys);
    expect(await refused.exited(60_000)).toBe(1);
    expect(refused.output).toContain('Muster was not started: the payload keys cannot read what is open:');
    expect(refused.output).toContain('it is encrypted under the key "k1", which MUSTER_PAYLOAD_KEYS does not have');
    expect(hits({ output: refused.output }, words.all)).toEqual([]);
  }
  const of = (field: string) => words.all.find((word) => word.startsWith(`zq${field}`))!;
  const again = await launch(folder, `${keyEntry('k2')},${keyEntry('k1')}`);
  await again.ready();
  expect(JSON.stringify((await again.get('/v1/incidents')).body)).toContain(of('newtitle'));
  await isUnder('k2', again);
  await again.kill9();

  // What is open has gone over to the new key by itself, so the old one can go.
  const after = await launch(folder, keyEntry('k2'));
  await after.ready();
  const { items } = (await after.get('/v1/incidents')).body as { items: { id: string; title: string }[] };
  const open = items.find(({ title }) => words.all.some((word) => title.includes(word)))!;
  expect((await after.post(`/v1/incidents/${open.id}/acknowledge`, {})).status).toBe(200);
  const wrong = 'it is encrypted under the key \\"k1\\", which MUSTER_PAYLOAD_KEYS does not have';
  expect(JSON.stringify(items)).toContain(`(not readable: ${wrong})`);
  expect(await after.stop()).toBe(0);
  expect(hits({ output: again.output + after.output }, words.all)).toEqual([]);
});

/** Waits until all that is open can be read with this key alone. */
async function isUnder(id: string, muster: Muster): Promise<void> {
  const connection = await Connection.connect({ address: addressOf(muster) });
  const client = new Client({ connection });
  const quiet = { info: () => undefined, warn: () => undefined };
  const isDone = await until(async () => (await unreadableWith(client, keysOf(id), quiet)) === undefined, 60_000);
  const left = isDone ? undefined : await unreadableWith(client, keysOf(id), quiet);
  await connection.close();
  expect(left).toBeUndefined();
}
