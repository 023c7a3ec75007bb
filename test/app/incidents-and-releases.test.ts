/** R43: what is asked of incidents and told to releases, where some of them do not answer. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { incidentsAndReleases } from '../../src/app/incidents-and-releases';
import type { ListFilter, ListPage } from '../../src/api/temporal/process-store';

const ids = Array.from({ length: 60 }, (_, index) => `REL-2026-12-07-${100 + index}`);
/** Releases in lists; `signal` is what each does with a Signal. */
function meeting(signal: (id: string) => Promise<void>) {
  const client = {
    connection: { withDeadline: (_: number, ask: () => Promise<unknown>) => ask() },
    workflow: { getHandle: (id: string) => ({ signal: () => signal(id) }) },
  } as unknown as Client;
  const list = ({ withoutServices }: ListFilter) =>
    Promise.resolve({ rows: withoutServices ? [] : ids.map((id) => ({ id })), next: null } as unknown as ListPage);
  return incidentsAndReleases({ client, store: { list } });
}
const request = { incident: 'INC-2026-12-07-001', drill: false, services: ['payments'] };

test('a release that cannot be told keeps no other from hearing, and is told again later', async () => {
  const told: string[] = [];
  const { tellReleases } = meeting((id) => {
    if (id === ids[3]) return Promise.reject(new Error('it takes no more Signals'));
    told.push(id);
    return Promise.resolve();
  });
  await expect(tellReleases(request)).rejects.toThrow('it takes no more Signals');
  expect(told.sort()).toEqual(ids.filter((id) => id !== ids[3]));
});

test('one that is over need not hear it', async () => {
  const { tellReleases } = meeting((id) => Promise.reject(new WorkflowNotFoundError('over', id, undefined)));
  await expect(tellReleases(request)).resolves.toBeUndefined();
});
