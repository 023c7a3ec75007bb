/** What each sample of a deployment tool says, by its preset. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changeMapFile, changeMapping, changePresets, pagerdutyChangeMapping } from '../../src/config/alert-presets';
import { changeMapShape } from '../../src/config/files/alert-shapes';
import { compileChangeMap } from '../../src/config/compile/alert-mapping';
import { readChange, type ChangeRules, type ReadChange } from '../../src/domain';

const samples = join(__dirname, '../samples/alerts');
const now = Date.parse('2026-11-28T19:00:00Z');
const rules: ChangeRules = {
  name: 'tool',
  services: { 'hopngo/shop': 'web' },
  environments: ['prod*', 'live'],
  checks: { tests: 'unit-tests' },
  may: ['report-check', 'mark-deployed'],
};
const known = ['payments', 'web'];
const read = (preset: string, body: unknown, more: Partial<ChangeRules> = {}): ReadChange =>
  readChange(changeMapping(preset)!, { ...rules, ...more }, known, body, { digest: 'the-digest' }, now);
const sample = (file: string): unknown => JSON.parse(readFileSync(join(samples, file), 'utf8'));
/** In short: `deployed payments v2.14.0 REL-... at by`, or why it says nothing. */
function inShort(message: ReadChange): string {
  if (message.type === 'ignored') return `ignored: ${message.because}`;
  const { change, releases, check } = message.said;
  const { kind, services, version = '-', environment = '-', by = '-', url = '-', at } = change;
  const result = check === undefined ? '' : ` ${check.name}=${check.result}`;
  return `${kind}${result} ${services.join() || '-'} ${version} ${environment} ${releases.join() || '-'} ${by} ${url} ${new Date(at).toISOString()}`;
}

const run = 'https://github.com/hopngo/payments/actions/runs/812';
const job = 'https://gitlab.hopngo.example/hopngo/payments/-/jobs/796';
const onTheWay = 'ignored: it is neither a success nor a failure';
test.each([
  [
    'github/deployment_status-success.json',
    `deployed payments v2.14.0 production REL-2026-11-25-001 leila-hopngo ${run} 2026-11-28T18:40:55.000Z`,
  ],
  [
    'github/deployment_status-failure.json',
    `deployment-failed payments v2.14.0 production REL-2026-11-25-001 leila-hopngo ${run} 2026-11-28T18:40:55.000Z`,
  ],
  ['github/deployment_status-in_progress.json', onTheWay],
  ['github/deployment_status-inactive.json', onTheWay],
  [
    'github/workflow_run-completed.json',
    'check unit-tests=pass payments main - - leila-hopngo https://github.com/hopngo/payments/actions/runs/30433642 2026-11-28T18:31:00.000Z',
  ],
  ['gitlab/deployment-success.json', `deployed payments v2.14.0 production - leila ${job} 2026-11-28T16:40:55.000Z`],
  [
    'gitlab/deployment-failed.json',
    `deployment-failed payments v2.14.0 production - leila ${job} 2026-11-28T16:40:55.000Z`,
  ],
  ['gitlab/deployment-canceled.json', onTheWay],
  ['gitlab/deployment-running.json', onTheWay],
  [
    'jenkins/notification-plugin-finalized.json',
    'deployed - 2.14.0 - - - https://jenkins.hopngo.example/job/payments-deploy/18/ 2026-11-28T18:40:55.000Z',
  ],
  [
    'argocd/succeeded-ours.json',
    'deployed payments f95f852bd8fca8fcc58a9a2d6c842781e32a215e - - - https://argocd.hopngo.example/applications/payments 2026-11-28T18:40:55.000Z',
  ],
  [
    'argocd/failed-ours.json',
    'deployment-failed payments f95f852bd8fca8fcc58a9a2d6c842781e32a215e - - - https://argocd.hopngo.example/applications/payments 2026-11-28T18:40:55.000Z',
  ],
])('%s', (file, expected) => {
  expect(inShort(read(file.split('/')[0]!, sample(file)))).toBe(expected);
});

test("PagerDuty's change event is a change", () => {
  const message = readChange(pagerdutyChangeMapping(), rules, known, sample('pagerduty-events/change.json'), {}, now);
  expect(inShort(message)).toBe(
    'changed - 2.14.0 production - - https://ci.hopngo.example/runs/812 2026-11-28T18:40:00.000Z',
  );
});

/** A sample with other values, by path. */
function edited(file: string, values: Readonly<Record<string, unknown>>): unknown {
  const body = sample(file) as Record<string, unknown>;
  for (const [path, value] of Object.entries(values)) {
    const names = path.split('.');
    const last = names.pop()!;
    const parent = names.reduce<Record<string, unknown>>((at, name) => at[name] as Record<string, unknown>, body);
    parent[last] = value;
  }
  return body;
}
const github = (values: Readonly<Record<string, unknown>>, more?: Partial<ChangeRules>) =>
  read('github', edited('github/deployment_status-success.json', values), more);
const workflow = (values: Readonly<Record<string, unknown>>, more?: Partial<ChangeRules>) =>
  inShort(read('github', edited('github/workflow_run-completed.json', values), more));

describe('what the samples do not show', () => {
  test('another environment than those of the source says nothing', () => {
    expect(inShort(github({ 'deployment_status.environment': 'staging' }))).toBe(
      'ignored: staging is none of the environments of the source',
    );
    expect(inShort(github({ 'deployment_status.environment': 'staging' }, { environments: ['*'] }))).toContain(
      'staging',
    );
  });

  test('a failed run is a failed check, a run on the way none', () => {
    expect(workflow({ 'workflow_run.conclusion': 'timed_out' })).toContain('check unit-tests=fail');
    expect(workflow({ 'workflow_run.conclusion': null, action: 'in_progress' })).toBe(onTheWay);
    expect(workflow({ 'workflow_run.conclusion': 'cancelled' })).toBe(onTheWay);
  });

  test('a run of a pull request (of a fork too), or of an issue, moves no release', () => {
    const named = { 'workflow_run.display_title': 'Tests of REL-2026-11-25-001' };
    const ignored = 'ignored: the mapping ignores such messages';
    expect(workflow(named)).toContain('REL-2026-11-25-001');
    const events = ['pull_request', 'pull_request_target', 'issue_comment', 'merge_group', 'workflow_run', null];
    for (const event of events) expect(workflow({ ...named, 'workflow_run.event': event })).toBe(ignored);
  });

  test('a pipeline is a check, save that of a merge request', () => {
    const pipeline = (source: string | undefined) =>
      inShort(
        read('gitlab', {
          object_kind: 'pipeline',
          object_attributes: {
            ...{ id: 31, ref: 'v2.14.0', status: 'success', name: 'Tests', source },
            variables: [{ key: 'MUSTER', value: 'REL-2026-11-25-001' }],
          },
          project: { path_with_namespace: 'hopngo/payments' },
        }),
      );
    expect(pipeline('push')).toContain('check unit-tests=pass payments v2.14.0 - REL-2026-11-25-001');
    for (const source of ['merge_request_event', 'external_pull_request_event', 'parent_pipeline', undefined])
      expect(pipeline(source)).toBe('ignored: the mapping ignores such messages');
  });

  test('a check counts when it names a release, or when the source asks for it', () => {
    expect(workflow({}, { checks: {} })).toBe('ignored: it names no release, and checks of the source has no Tests');
    expect(workflow({ 'workflow_run.head_branch': null })).toBe('ignored: it names neither a release nor a version');
    expect(workflow({ 'workflow_run.display_title': 'tests of rel-2026-11-25-001' }, { checks: {} })).toContain(
      'check Tests=pass payments main - REL-2026-11-25-001',
    );
  });

  test.each(['pull_request', 'pull_request_target', 'issue_comment', 'workflow_run'])(
    'a run that a stranger may have begun and named (%s) moves no release',
    (event) => {
      const named = {
        'workflow_run.display_title': 'tests of REL-2026-11-25-001',
        'workflow_run.head_branch': 'v2.14.0',
      };
      expect(workflow({ ...named, 'workflow_run.event': event })).toBe('ignored: the mapping ignores such messages');
      expect(workflow({ ...named, 'workflow_run.event': 'workflow_dispatch' })).toContain('REL-2026-11-25-001');
    },
  );

  test('nor does the pipeline of a merge request', () => {
    const pipeline = (source: string) =>
      read('gitlab', {
        object_kind: 'pipeline',
        object_attributes: { id: 7, source, ref: 'REL-2026-11-25-001', status: 'success' },
      });
    expect(pipeline('merge_request_event')).toMatchObject({ type: 'ignored' });
    expect(pipeline('push')).toMatchObject({ said: { releases: ['REL-2026-11-25-001'] } });
  });

  test('of very many releases the first ten are kept, so that no message is too large', () => {
    const many = Array.from({ length: 200 }, (_, index) => `REL-2026-11-25-${100 + index}`);
    const message = github({ 'deployment.payload': many.join(' '), 'deployment.description': many.join('0 ') });
    expect(message.type === 'said' && message.said.releases).toEqual(many.slice(0, 10));
  });

  test('the release may stand in a text or in a tag; several are all named', () => {
    const releasesOf = (message: ReadChange) => (message.type === 'said' ? message.said.releases : undefined);
    expect(releasesOf(github({ 'deployment.payload': '{"muster":"REL-2026-11-25-007"}' }))).toEqual([
      'REL-2026-11-25-007',
    ]);
    expect(releasesOf(github({ 'deployment.payload': {}, 'deployment.ref': 'rel-2026-11-25-008' }))).toEqual([
      'REL-2026-11-25-008',
    ]);
    expect(releasesOf(github({ 'deployment.ref': 'REL-2026-11-25-008' }))).toHaveLength(2);
  });

  test('a word that the source maps is its service, before a name that is alike', () => {
    const serviceOf = (message: ReadChange) => (message.type === 'said' ? message.said.change.services : undefined);
    expect(serviceOf(github({ 'repository.full_name': 'HopNGo/Shop' }))).toEqual(['web']);
    expect(serviceOf(github({ 'repository.full_name': 'hopngo/unheard' }))).toEqual([]);
    expect(serviceOf(github({ 'repository.full_name': 'hopngo/unheard' }, { service: 'payments' }))).toEqual([
      'payments',
    ]);
  });

  test('an event that is no deployment says nothing, and what no message fits is shown', () => {
    expect(read('github', { zen: 'Keep it logically awesome.' })).toMatchObject({ type: 'ignored' });
    expect(read('gitlab', { object_kind: 'push' })).toMatchObject({ type: 'ignored' });
    expect(read('argocd', { hello: 1 })).toMatchObject({
      said: { change: { kind: 'unread', id: `tool/the-digest/${now}`, because: 'no message of the mapping fits it' } },
    });
    expect(github({ 'deployment_status.state': 'exploded' })).toMatchObject({
      said: { change: { kind: 'unread', because: 'the state "exploded" is not known' } },
    });
  });

  test('a time ahead, and one that cannot be read, count as now, and the answer says so', () => {
    const told = (text: string) => {
      const message = github({ 'deployment_status.created_at': text });
      return message.type === 'said' ? [message.said.change.at, message.because] : undefined;
    };
    expect(told('2026-11-28T19:00:01Z')).toEqual([now, undefined]);
    expect(told('2026-11-28T21:00:00')).toEqual([
      now,
      'its time 2026-11-28T21:00:00 lies ahead; that of its receipt counts',
    ]);
    expect(told('yesterday')).toEqual([now, 'its time "yesterday" cannot be read; that of its receipt counts']);
  });

  test('what is older than the memory of the log is no change of now', () => {
    const at = (text: string) => inShort(github({ 'deployment_status.created_at': text }));
    expect(at('2026-10-29T19:00:00Z')).toBe(
      'ignored: it tells of 2026-10-29T19:00:00Z, and changes are kept for 30 days',
    );
    expect(at('2026-10-29T19:00:01Z')).toContain('deployed payments');
  });

  test('a change without a title is not read, whatever else it holds', () => {
    for (const body of [{ service: 'payments' }, [1, 2], 'x', null])
      expect(read('generic', body)).toMatchObject({
        said: { change: { kind: 'unread', services: [], because: 'it has no title' } },
      });
  });

  test('only what has no identity of its sender is known by its content', () => {
    const idOf = (message: ReadChange) =>
      message.type === 'said' ? [message.said.change.id, message.said.content] : undefined;
    const body = { title: 'Reindexed', service: 'payments' };
    expect(idOf(read('generic', body))).toEqual([`tool/the-digest/${now}`, 'tool/the-digest']);
    expect(idOf(read('generic', { ...body, id: 'run-7' }))).toEqual(['tool/run-7', undefined]);
  });

  test('a script says what it did, a check, or just a change', () => {
    const at = '2026-11-28T18:00:00Z';
    expect(inShort(read('generic', { state: 'deployed', service: 'web', version: '7', at }))).toBe(
      'deployed web 7 - - - - 2026-11-28T18:00:00.000Z',
    );
    expect(inShort(read('generic', { check: 'smoke', result: 'fail', release: 'REL-2026-11-25-001', at }))).toBe(
      'check smoke=fail - - - REL-2026-11-25-001 - - 2026-11-28T18:00:00.000Z',
    );
    expect(inShort(read('generic', { title: 'Feature flag on', service: 'payments', at }))).toBe(
      'changed payments - - - - - 2026-11-28T18:00:00.000Z',
    );
  });
});

test.each([...changePresets])('%s can be written into alerts.yaml as it is printed', (name) => {
  const { faults } = compileChangeMap(changeMapShape.parse(JSON.parse(JSON.stringify(changeMapFile(name)))));
  expect(faults).toEqual([]);
});
