/** The code of the first admin is shown while nobody is one, and at no other time. */
import { firstAdminCode } from '../../src/api/access/first-admin';
import { StoreUnavailable } from '../../src/api/temporal/process-store';
import { showFirstAdminCode } from '../../src/app/first-admin';
import { emptyAccess, noRules, type AccessRules, type AccessState } from '../../src/domain';

const secret = Buffer.alloc(32, 7);
const open: AccessState = { ...emptyAccess, mark: 'm' };

async function shown(read: () => Promise<AccessState>, rules: AccessRules = noRules): Promise<string[]> {
  const words: string[] = [];
  const show = (text: string) => void words.push(text);
  const deps = { accessBook: { read }, accessRules: () => rules, secret, url: 'https://m.example', show };
  await showFirstAdminCode(deps, new AbortController().signal, () => Promise.resolve());
  return words;
}

test('it is shown with the command that takes it', async () => {
  const words = await shown(() => Promise.resolve(open));
  expect(words).toEqual([expect.stringContaining(firstAdminCode(secret, open))]);
  expect(words[0]).toContain('muster login --server https://m.example --as PERSON');
});

test('not once somebody used it, nor where access.yaml names an admin', async () => {
  expect(await shown(() => Promise.resolve({ ...open, claimed: { by: 'ana', at: 1 } }))).toEqual([]);
  const rules: AccessRules = { everybody: 'viewer', roles: [{ role: 'admin', people: [], groups: ['ops'] }] };
  expect(await shown(() => Promise.resolve(open), rules)).toEqual([]);
});

test('it waits for a Temporal that does not answer yet', async () => {
  let asked = 0;
  const words = await shown(() =>
    (asked += 1) < 4 ? Promise.reject(new StoreUnavailable('not yet')) : Promise.resolve(open),
  );
  expect([asked, words.length]).toEqual([4, 1]);
});
