/**
 * Equal lists share an answer for a second, and for less when this API has just changed something.
 */
import type { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { ProcessLists } from '../../src/api/temporal/lists';

/** Lists over a visibility that has these processes, by a clock that the test moves. */
function listed(executions: readonly object[] = []) {
  const asked: string[] = [];
  let now = 0;
  const client = {
    options: { namespace: 'default' },
    workflowService: {
      listWorkflowExecutions: ({ query }: { query: string }) => {
        asked.push(query);
        return Promise.resolve({ executions, nextPageToken: new Uint8Array() });
      },
    },
  } as unknown as Client;
  const lists = new ProcessLists(client, () => now, Buffer.alloc(32, 1));
  const pageAt = async (at: number) => {
    now = at;
    await lists.page({ kinds: ['incident'] }, 50);
    return asked.length;
  };
  const endedAt = async (at: number) => {
    now = at;
    await lists.ended();
    return asked.length;
  };
  return { lists, pageAt, endedAt };
}

test('which were ended by no command is asked once in five seconds, with one question while there are none', async () => {
  const { endedAt } = listed();
  expect([await endedAt(0), await endedAt(4_999), await endedAt(5_000)]).toEqual([1, 1, 2]);
});

test('whether one that was ended has come back is asked once in five seconds, however many lists it is in', async () => {
  const ended = {
    execution: { workflowId: 'INC-1', runId: 'r' },
    type: { name: 'incident' },
    status: 5,
    startTime: msToTs(1_000),
    closeTime: msToTs(2_000),
  };
  const { lists, pageAt } = listed([ended]);
  expect([await pageAt(0), await pageAt(1_000), await pageAt(4_000), await pageAt(5_000)]).toEqual([2, 3, 4, 6]);
  await lists.ended();
  expect(await pageAt(5_999)).toBe(7);
});

test('without a change, visibility is asked once a second', async () => {
  const { pageAt } = listed();
  expect([await pageAt(0), await pageAt(999), await pageAt(1_000)]).toEqual([1, 1, 2]);
});

test('after a change, a page that is older than a fifth of a second is asked for anew', async () => {
  const { lists, pageAt } = listed();
  expect(await pageAt(0)).toBe(1);
  lists.noteChange();
  expect([await pageAt(199), await pageAt(200), await pageAt(900)]).toEqual([1, 2, 2]);
});

test('a burst of changes does not make visibility answer every list', async () => {
  const { lists, pageAt } = listed();
  for (let at = 0; at < 1_000; at += 10) {
    await pageAt(at);
    lists.noteChange();
  }
  expect(await pageAt(1_000)).toBe(6);
});
