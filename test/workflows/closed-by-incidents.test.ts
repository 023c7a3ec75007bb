/** A release that looks for open incidents, as a workflow (R43). */
import type { FindRequest, IncidentStanding } from '../../src/domain';
import { present } from '../support/clock';
import { alwaysOpen, releasePolicy } from '../support/policy';
import { until } from './intake-desk';
import { Bench, type Live } from './live';
import { iso } from './times';

let bench: Bench;
beforeAll(async () => (bench = await Bench.open()));
afterAll(() => bench.close());

const policy = { ...releasePolicy, calendar: alwaysOpen, incidentsCloseGates: {} };
const inDays = (days: number) => iso(present() + days * 86_400_000);
const p1: IncidentStanding = {
  id: 'INC-2026-12-07-001',
  open: true,
  severity: 'P1',
  levels: ['P0', 'P1', 'P2', 'P3'],
  services: ['payments'],
  drill: false,
  since: Date.parse('2026-12-07T08:00:00Z'),
};
/** As the API lets a release look before it gives the command that would pass the gates. */
async function look(release: Live): Promise<void> {
  await release.handle.executeUpdate('look');
  await until(async () => !(await release.handle.query<boolean>('looking')));
}
const closedBy = async (release: Live) => ((await release.view()).closedBy ?? []).map(({ id }) => id);

test('a look that is asked for while another one is under way follows it, and knows what is new', async () => {
  const asked: FindRequest[] = [];
  let incidents: IncidentStanding[] = [];
  bench.neighbours.findIncidents = async (request) => {
    asked.push(request);
    const found = incidents;
    await new Promise((done) => setTimeout(done, 200));
    return { incidents: found, unanswered: [] };
  };
  const release = await bench.release(inDays(21), {}, { policy });
  await release.handle.signal('look', 'INC-2026-12-07-000');
  await until(() => Promise.resolve(asked.length > 0));
  incidents = [p1];
  // The first look has read already, and knows nothing of the incident.
  await release.handle.signal('look', p1.id);
  await look(release);
  expect(await closedBy(release)).toEqual([p1.id]);
  expect(asked).toHaveLength(2);
  expect(asked[1]).toMatchObject({ named: [p1.id], services: ['payments'], drill: false });
});

test('what it knows goes over to the next run, and it looks on there', async () => {
  bench.neighbours.findIncidents = () => Promise.resolve({ incidents: [p1], unanswered: [] });
  const release = await bench.release(inDays(21), {}, { policy, run: { continueAfterEvents: 20 } });
  const { runId: first } = await release.handle.describe();
  for (let time = 0; time < 12; time++) await look(release);
  const { runId } = await release.handle.describe();
  expect(runId).not.toBe(first);
  expect(await closedBy(release)).toEqual([p1.id]);
  bench.neighbours.findIncidents = () => Promise.resolve({ incidents: [], unanswered: [] });
  await look(release);
  expect(await closedBy(release)).toEqual([]);
});

test('a release whose template says never refuses to look, and no look is ever begun', async () => {
  const asked: FindRequest[] = [];
  bench.neighbours.findIncidents = (request) => {
    asked.push(request);
    return Promise.resolve({ incidents: [p1], unanswered: [] });
  };
  const release = await bench.release(inDays(21));
  await release.handle.signal('look', p1.id);
  await expect(release.handle.executeUpdate('look')).rejects.toThrow();
  expect(await closedBy(release)).toEqual([]);
  expect(asked.filter((one) => one.release === release.id)).toEqual([]);
});

test('what no incident and no release would send changes nothing', async () => {
  const asked: FindRequest[] = [];
  bench.neighbours.findIncidents = (request) => {
    asked.push(request);
    return Promise.resolve({ incidents: [], unanswered: [] });
  };
  const release = await bench.release(inDays(21), {}, { policy });
  const incident = await bench.incident();
  for (const nonsense of [null, 7, {}, ['x'], '', 'x'.repeat(5_000)]) {
    await release.handle.signal('look', nonsense);
    await incident.handle.signal('gates', nonsense);
  }
  await incident.handle.signal('gates', { release: 'REL-1', of: 1, gatesAre: 'ajar', gates: [] });
  const types = (await incident.timeline()).map(({ type }) => type);
  expect(types).not.toContain('gates-of-release');
  expect((await release.view()).id).toBe(release.id);
  expect(asked.filter((one) => one.release === release.id)).toEqual([]);
});
