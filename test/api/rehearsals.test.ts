/** POST /v1/rehearsals: the same rules over HTTP, with limits. */
import { rehearsalSchema } from '../../src/contracts/rehearsal-view';
import { serve, type Served } from './serve';

let api: Served;
beforeAll(async () => (api = await serve()));
afterAll(() => api.close());

const night = { kind: 'incident', severity: 'P0', services: ['payments'], at: '2026-12-24T23:30', ack: '7m' };

test('says who would be paged, with local times read in the zone of the calendar', async () => {
  const { status, body } = await api.post('/v1/rehearsals', night);
  expect(status).toBe(200);
  expect(rehearsalSchema.parse(body)).toEqual(body);
  expect(body.at).toBe('2026-12-24T21:30:00.000Z');
  const pages = body.agenda.filter((line: { type: string }) => line.type === 'page').slice(0, 3);
  expect(
    pages.map((line: { after: number; recipients: { person: string }[] }) => [
      line.after,
      line.recipients.map(({ person }) => person),
    ]),
  ).toEqual([
    [0, ['fatima']],
    [180_000, ['giorgos']],
    [300_000, ['hana', 'ana', 'bruno', 'chiara']],
  ]);
  expect(body.missed).toContain('response');
});

test('who stands in on call is asked for, as for a real page', async () => {
  await api.post('/v1/on-call/overrides', {
    schedule: 'travel-primary',
    person: 'tomas',
    from: '2026-12-24T12:00',
    to: '2026-12-25T12:00',
  });
  const { body } = await api.post('/v1/rehearsals', { ...night, services: ['bookings'] });
  expect(body.agenda.find((line: { type: string }) => line.type === 'page').recipients[0].person).toBe('tomas');
});

test.each([
  [{ ...night, nobody: true }, 'ack', 'nobody does anything'],
  [{ ...night, at: '2027-03-28T03:30' }, 'at', 'does not exist in Europe/Athens'],
  [{ ...night, services: ['paymens'] }, 'services[0]', 'did you mean payments?'],
  [{ ...night, severityAt: ['20m=P7'] }, 'severityAt[0]', 'unknown severity'],
  [{ ...night, away: ['40m..10m'] }, 'away[0]', 'it ends at 10m'],
  [{ ...night, colour: 'red' }, 'colour', 'unknown'],
  [{ ...night, ack: 7 }, 'ack', 'expected a list, or one entry'],
  [{ ...night, snooze: ['response@8m..9m'] }, 'snooze[0]', 'at 8m it is refused: the response deadline cannot be'],
  [{ ...night, ack: ['7m', '7x'] }, 'ack[1]', 'expected a length'],
  [{ ...night, updateEvery: '1m' }, 'updateEvery', 'at most 300 steps'],
  [{ ...night, target: '2027-01-01T10:00' }, 'target', 'only a release has this'],
  [{ kind: 'release', services: ['payments'] }, 'target', 'a release needs a target'],
  [{ severity: 'P0' }, 'kind', 'required'],
])('a scenario that cannot be is refused with the field: %j', async (scenario, path, words) => {
  const { status, body } = await api.post('/v1/rehearsals', scenario);
  expect(status).toBe(400);
  expect(body.errors[0].path).toBe(path);
  expect(body.errors[0].message).toContain(words);
});

test('the longest scenario that is taken ends within the time of a request, and the limit is told', async () => {
  const own = await serve();
  try {
    const began = performance.now();
    const { status, body } = await own.post('/v1/rehearsals', { ...night, updateEvery: '20m', until: '30h' });
    expect(status).toBe(200);
    expect(['horizon', 'limit']).toContain(body.ends);
    expect(performance.now() - began).toBeLessThan(10_000);
    const answers = await Promise.all(Array.from({ length: 31 }, () => own.post('/v1/rehearsals', {})));
    const limited = answers.filter((answer) => answer.status === 429);
    expect(limited.length).toBeGreaterThan(0);
    expect(limited[0]!.body.detail).toContain('at most 30 rehearsals a minute');
    expect((await own.get('/v1/people')).status).toBe(200);
  } finally {
    await own.close();
  }
});
