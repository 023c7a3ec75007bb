/**
 * Equal lists share an answer for a second, and for less when this API has just changed something.
 */
import type { Client } from '@temporalio/client';
import { ProcessLists } from '../../src/api/temporal/lists';

/** Lists over a visibility that has no process, by a clock that the test moves. */
function listed() {
  const asked: string[] = [];
  let now = 0;
  const client = {
    options: { namespace: 'default' },
    workflowService: {
      listWorkflowExecutions: ({ query }: { query: string }) => {
        asked.push(query);
        return Promise.resolve({ executions: [], nextPageToken: new Uint8Array() });
      },
    },
  } as unknown as Client;
  const lists = new ProcessLists(client, () => now, Buffer.alloc(32, 1));
  const pageAt = async (at: number) => {
    now = at;
    await lists.page({ kinds: ['incident'] }, 50);
    return asked.length;
  };
  return { lists, pageAt };
}

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
