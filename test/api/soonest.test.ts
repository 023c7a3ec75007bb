/**
 * The processes with the earliest unmet deadlines are found among thousands, over an index that has
 * one order and short pages, with few questions.
 */
import fc from 'fast-check';
import type { Client } from '@temporalio/client';
import { ProcessLists } from '../../src/api/temporal/lists';
import { SoonestSearch, type DueIndex, type DueProcess } from '../../src/api/temporal/soonest';

const minute = 60_000;
const now = Date.parse('2026-12-07T08:00:00Z');
const mostPages = 8;

function processDue(at: number, number: number): DueProcess {
  const nextDueAt = new Date(at).toISOString();
  const id = `INC-2026-12-07-${String(number).padStart(3, '0')}`;
  return {
    id,
    kind: 'incident',
    title: 'x',
    status: 'investigating',
    severity: 'P0',
    services: [],
    nextDueAt,
    missed: at < now,
    drill: false,
  };
}

/** An index that gives the newest first, at most `pageSize` at once, and counts its questions. */
class FakeIndex implements DueIndex {
  asked = 0;
  /** `dueNewestFirst`: the due instants, those of the newest process first. */
  constructor(
    public dueNewestFirst: readonly number[],
    private readonly pageSize: number,
  ) {}
  page(until = Infinity): ReturnType<DueIndex['page']> {
    this.asked += 1;
    const rows = this.dueNewestFirst.map(processDue).filter(({ nextDueAt }) => Date.parse(nextDueAt) <= until);
    return Promise.resolve({ rows: rows.slice(0, this.pageSize), isAll: rows.length <= this.pageSize });
  }
  count(): Promise<number> {
    this.asked += 1;
    return Promise.resolve(this.dueNewestFirst.length);
  }
  earliest(most: number): number[] {
    return [...this.dueNewestFirst].sort((a, b) => a - b).slice(0, most);
  }
}
const foundIn = async (search: SoonestSearch) => {
  const { rows, others, isExact } = await search.find();
  return { due: rows.map(({ nextDueAt }) => Date.parse(nextDueAt)), others, isExact };
};
const series = (length: number, due: (index: number) => number) => Array.from({ length }, (_, index) => due(index));

test.each<[string, readonly number[], number]>([
  ['few are open: one question', series(40, (n) => now + n * minute), 1],
  ['5,000 began at an even pace and all are missed', series(5_000, (n) => now - n * 4_000), 4],
  ['3,000 missed in one storm of ten minutes', series(3_000, (n) => now - 3 * 60 * minute - n * 200), 4],
  [
    '20,000 are missed, the oldest by months',
    series(20_000, (n) => Math.floor(now - 1.0005 ** n * minute)),
    mostPages + 1,
  ],
  ['the newest is the most overdue', series(5_000, (n) => now - (5_000 - n) * 4_000), mostPages + 1],
  [
    '4,000 due in a day, 3 missed since long ago and begun first',
    [...series(4_000, (n) => now + 24 * 60 * minute + n * 10), now - 5 * minute, now - 60 * minute, now - 600 * minute],
    mostPages + 1,
  ],
])('%s', async (_, due, questions) => {
  const index = new FakeIndex(due, 1_000);
  const search = new SoonestSearch(index, 100, () => now);
  const expected = index.earliest(100);
  expect(await foundIn(search)).toEqual({ due: expected, others: due.length - expected.length, isExact: true });
  expect(index.asked).toBeLessThanOrEqual(questions);
  // The next search begins with the window that was right.
  index.asked = 0;
  expect((await foundIn(search)).due).toEqual(expected);
  expect(index.asked).toBe(1);
});

test('whatever the due instants are: the earliest are found, or the answer says that it may not have them', async () => {
  const instants = fc.array(fc.integer({ min: now - 90 * 24 * 60 * minute, max: now + 24 * 60 * minute }), {
    maxLength: 400,
  });
  await fc.assert(
    fc.asyncProperty(instants, instants, async (before, after) => {
      const index = new FakeIndex(before, 30);
      const search = new SoonestSearch(index, 10, () => now);
      for (const due of [before, after]) {
        index.dueNewestFirst = due;
        index.asked = 0;
        const found = await foundIn(search);
        expect(index.asked).toBeLessThanOrEqual(mostPages + 1);
        if (found.isExact) expect(found.due).toEqual(index.earliest(10));
        else expect(found.due.length).toBe(10);
      }
    }),
    { numRuns: 300 },
  );
});

test('a search that lasts too long answers with the earliest that it has seen, and says so', async () => {
  const index = new FakeIndex(
    series(5_000, (n) => Math.floor(now - 1.002 ** n * minute)),
    1_000,
  );
  let at = 0;
  const search = new SoonestSearch(index, 100, () => (at += 1_500));
  const { due, isExact } = await foundIn(search);
  expect([due.length, isExact]).toEqual([100, false]);
});

test('20 people who ask at once ask visibility once, and again after a second', async () => {
  let asked = 0;
  let at = now;
  const client = {
    options: { namespace: 'default' },
    workflowService: {
      listWorkflowExecutions: ({ pageSize }: { pageSize: number }) => {
        asked += 1;
        expect(pageSize).toBe(1_000);
        return Promise.resolve({ executions: [], nextPageToken: new Uint8Array() });
      },
    },
  } as unknown as Client;
  const lists = new ProcessLists(client, () => at, Buffer.alloc(32, 1));
  await Promise.all(Array.from({ length: 20 }, () => lists.soonest()));
  at += 999;
  await lists.soonest();
  expect(asked).toBe(1);
  at += 1;
  await lists.soonest();
  expect(asked).toBe(2);
  // In a burst of changes at most five times as often.
  for (; at < now + 2_000; at += 10) {
    await lists.soonest();
    lists.noteChange();
  }
  expect(asked).toBeLessThanOrEqual(5);
});
