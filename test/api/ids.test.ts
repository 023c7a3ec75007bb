/**
 * Ids over HTTP: after a restore, ids are skipped, and the allocators of today and of yesterday
 * hear of it. A short id means the one open process with its number (R17).
 */
import { meantIdSchema, nextIdsSchema } from '../../src/contracts/view';
import { allocatorIdOf } from '../../src/workflows/id-allocator';
import { present } from '../support/clock';
import { directory } from '../support/story';
import { OverTemporal } from './over-temporal';
import { launch, outage, serve } from './serve';

test('an order that does not fit says what would be right, and skips nothing', async () => {
  const api = await serve();
  try {
    for (const [body, detail] of [
      [{}, 'count: required: how many ids to skip'],
      [{ count: 0 }, 'count: expected a whole number, 1 to 10000'],
      [{ count: 10_001 }, 'count: expected a whole number, 1 to 10000'],
      [{ count: 1.5 }, 'count: expected a whole number, 1 to 10000'],
      [{ count: '5' }, 'count: expected a whole number, 1 to 10000'],
      [{ count: 5, day: 'today' }, 'day: unknown; known is count'],
      [[], 'expected an object such as {"count": 500}'],
    ] as const) {
      const answer = await api.post('/v1/ids/skip', body);
      expect([answer.status, answer.body.detail]).toEqual([400, detail]);
    }
    expect(api.engine.skipped).toBe(0);
    const { status, body } = await api.post('/v1/ids/skip', { count: 500 }, { 'muster-actor': 'ana' });
    expect([status, nextIdsSchema.strict().parse(body)]).toEqual([
      200,
      { incident: 'INC-2026-12-07-501', release: 'REL-2026-12-07-501' },
    ]);
    expect(api.logged.at(-1)).toMatchObject({ message: 'ids were skipped', fields: { by: 'ana', count: 500 } });
  } finally {
    await api.close();
  }
});

describe('a short id', () => {
  const day = 86_400_000;
  let api: Awaited<ReturnType<typeof serve>>;
  beforeEach(async () => (api = await serve()));
  afterEach(() => api.close());
  const began = async (path: string, body: object) => (await api.post(path, body)).body.id as string;
  const asked = async (short: string) => {
    const { status, body } = await api.get(`/v1/short-ids/${short}`);
    return [status, status === 200 ? meantIdSchema.strict().parse(body).id : body.detail] as const;
  };

  test.each(['1', '001', 'inc-1', 'INC-001', '1?kind=incident'])('%s means the open incident', async (short) => {
    const id = await began('/v1/incidents', outage);
    expect(await asked(short)).toEqual([200, id]);
  });

  test('means nothing where several could be meant, and names them', async () => {
    await began('/v1/incidents', outage);
    await began('/v1/releases', launch);
    expect(await asked('1')).toEqual([
      400,
      '1 may mean REL-2026-12-07-001 (Payments 2.14), INC-2026-12-07-001 (Checkout is down); say the whole id',
    ]);
    expect(await asked('rel-1')).toEqual([200, 'REL-2026-12-07-001']);
    expect(await asked('1?kind=release')).toEqual([200, 'REL-2026-12-07-001']);
  });

  test('means no incident that is over, and for a day no other of its number', async () => {
    const first = await began('/v1/incidents', outage);
    await api.post(`/v1/incidents/${first}/cancel`, { reason: 'false alarm' });
    const ended = `${first} (cancelled, Checkout is down)`;
    expect(await asked('1')).toEqual([404, `"1" is no incident or release that is open; ended within a day: ${ended}`]);
    const second = first.replace('-07-', '-08-');
    const { body } = await api.post('/v1/incidents', outage);
    const { id: _, ...other } = api.engine.states.get(body.id as string)!;
    api.engine.states.delete(body.id as string);
    api.engine.states.set(second, { ...other, id: second });
    expect(await asked('1')).toEqual([400, `1 may mean ${second} (Checkout is down), ${ended}; say the whole id`]);
    api.engine.now += day + 60_000;
    expect(await asked('1')).toEqual([200, second]);
  });

  test.each([
    ['7', 404, '"7" is no incident or release that is open'],
    ['rel-7', 404, '"rel-7" is no release that is open'],
    ['x', 400, '"x" is no short id such as 8, 008 or inc-8'],
    ['0', 400, '"0" is no short id such as 8, 008 or inc-8'],
    ['INC-2026-12-07-001', 400, '"INC-2026-12-07-001" is no short id such as 8, 008 or inc-8'],
    ['7?kind=drill', 400, 'kind: unknown value "drill"; expected one of incident, release'],
  ])('%s is refused in words', async (short, status, detail) => {
    await began('/v1/incidents', outage);
    expect(await asked(short)).toEqual([status, detail]);
  });
});

describe('over Temporal', () => {
  let temporal: OverTemporal;
  beforeAll(async () => (temporal = await OverTemporal.open(() => directory)));
  afterAll(() => temporal.close());

  test('ids of today and of yesterday are skipped, also before any was handed out', async () => {
    const worker = await temporal.worker();
    let at = present();
    const api = await temporal.api(() => at);
    const declared = async () => (await api.post('/v1/incidents', outage)).body.id as string;
    const dayOf = (instant: number) => allocatorIdOf(instant).replace('muster-ids-', '');
    try {
      const { body } = await api.post('/v1/ids/skip', { count: 500 }, { 'idempotency-key': 'once' });
      const next = { incident: `INC-${dayOf(at)}-501`, release: `REL-${dayOf(at)}-501` };
      expect(body).toEqual(next);
      // A client that heard no answer asks again: nothing more is skipped.
      expect((await api.post('/v1/ids/skip', { count: 500 }, { 'idempotency-key': 'once' })).body).toEqual(next);
      expect(await declared()).toBe(next.incident);
      at -= 86_400_000;
      expect(await declared()).toBe(`INC-${dayOf(at)}-501`);
      // The incidents of both days have the number.
      at = present();
      const seen = async () => (await api.get('/v1/short-ids/501')).body.detail as string | undefined;
      let words = await seen();
      for (let tries = 0; tries < 50 && !(words ?? '').includes(' may mean '); tries++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        words = await seen();
      }
      expect(words).toMatch(/^501 may mean INC-\S+-501 \(Checkout is down\), INC-\S+-501 \(Checkout is down\)/);
    } finally {
      await worker.stop();
    }
  });
});
