/**
 * The promise of docs/upgrading.md: the last release goes on alone with what began here. Its worker
 * can do so only where a history asks for nothing that it does not know.
 */
import { join } from 'node:path';
import { policyOf } from '../../src/config';
import { present } from '../support/clock';
import { configOf } from '../support/loaded-config';
import { Bench, type Live } from './live';
import { iso, workdayAfter } from './times';

const config = configOf(join(__dirname, '..', '..', 'config'));
let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

/** What the workflow of 0.3.0 asks of Temporal. */
const known = {
  activities: ['absorb', 'declareIncident', 'follow', 'send'],
  localActivities: ['resolve'],
  attributes: [
    'MusterActionDueAt',
    'MusterActionOwners',
    'MusterDrill',
    'MusterMissed',
    'MusterNextDueAt',
    'MusterServices',
    'MusterSeverity',
    'MusterStatus',
  ],
};

/** What the history of a process asks of Temporal, beside timers. */
async function askedBy({ handle }: Live) {
  const asked = { activities: new Set<string>(), localActivities: new Set<string>(), attributes: new Set<string>() };
  const others = new Set<string>();
  for (const event of (await handle.fetchHistory()).events ?? []) {
    const { activityTaskScheduledEventAttributes: activity, markerRecordedEventAttributes: marker } = event;
    if (activity) asked.activities.add(activity.activityType?.name ?? '');
    if (marker?.markerName === 'core_local_activity') {
      const { activity_type: type } = JSON.parse(
        Buffer.from(marker.details?.['data']?.payloads?.[0]?.data ?? []).toString(),
      ) as { activity_type: string };
      asked.localActivities.add(type);
    } else if (marker) others.add(marker.markerName ?? '');
    const { upsertWorkflowSearchAttributesEventAttributes: attributes } = event;
    for (const name of Object.keys(attributes?.searchAttributes?.indexedFields ?? {})) asked.attributes.add(name);
    if (event.startChildWorkflowExecutionInitiatedEventAttributes) others.add('a child workflow');
    if (event.signalExternalWorkflowExecutionInitiatedEventAttributes) others.add('a Signal to another workflow');
  }
  return { ...asked, others };
}

async function expectKnown(process: Live): Promise<void> {
  const { others, ...asked } = await askedBy(process);
  expect([...others]).toEqual([]);
  for (const [what, names] of Object.entries(asked))
    expect([...names].filter((name) => !known[what as keyof typeof known].includes(name))).toEqual([]);
  // A test that reads nothing would pass too.
  expect([...asked.activities]).toContain('send');
}

test('a P0 of the shipped template, from its first page to its end', async () => {
  const policy = policyOf(config, 'incident', present());
  const incident = await bench.incident({}, { policy });
  await incident.at('4m', 'acknowledge', {});
  await incident.ask('assign-role', { role: 'commander', person: 'emeka' });
  await incident.ask('record-impact', { addServices: ['search'], customerFacing: true });
  await incident.at('20m', 'set-severity', { severity: 'P1', reason: 'half of it works' });
  await incident.ask('post-update', { text: 'on it' });
  await incident.ask('restrict', { to: ['fatima'] });
  await incident.ask('unrestrict', { reason: 'it was nothing' });
  await incident.at('90m', 'resolve', { summary: 'over' });
  await incident.ask('reopen', { reason: 'it is not' });
  await incident.at('2h', 'resolve', { summary: 'over' });
  await incident.ask('close', { skipRest: 'a test' });
  await expectKnown(incident);
});

test('a release of the shipped template on whose services no incident is open, until its deployment begins', async () => {
  const policy = policyOf(config, 'release', present());
  const targetAt = iso(workdayAfter(policy.calendar, present(), 21));
  const release = await bench.release(targetAt, {}, { policy, tellsChanges: 'all' });
  await release.ask(
    'reschedule',
    { targetAt: iso(workdayAfter(policy.calendar, present(), 22)), reason: 'x' },
    'jonas',
  );
  await release.ask('assign-role', { role: 'release-manager', person: 'jonas' }, 'jonas');
  await release.until('15d');
  await release.ask('decide', { gate: 'go-no-go', decision: 'go' }, 'chiara');
  await expectKnown(release);
  // Its deployment is a change of the services, of which the last release knows nothing.
  await release.ask('start-deployment', { override: 'a test', early: 'a test' }, 'chiara');
  const { activities } = await askedBy(release);
  expect([...activities].filter((name) => !known.activities.includes(name))).toEqual(['tellChange']);
});
