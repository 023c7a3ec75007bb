/**
 * After a restore, ids are skipped over HTTP; the allocators of today and of yesterday hear of it.
 */
import { nextIdsSchema } from '../../src/contracts/view';
import { allocatorIdOf } from '../../src/workflows/id-allocator';
import { present } from '../support/clock';
import { directory } from '../support/story';
import { OverTemporal } from './over-temporal';
import { outage, serve } from './serve';

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
    } finally {
      await worker.stop();
    }
  });
});
