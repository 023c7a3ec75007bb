/** `muster freezes`, and how a release says that it is frozen. */
import type { ConfigurationHealth } from '../../src/contracts/configuration-view';
import { twoFreezes, withFreezes } from '../support/freezes';
import { shippedConfig } from '../api/serve';
import { openWorld, type World } from './muster';

let world: World;
let freezes: Record<string, object>;
let refused: ConfigurationHealth;
beforeEach(async () => {
  freezes = twoFreezes;
  refused = { ok: true };
  world = await openWorld({ inForce: () => withFreezes(shippedConfig, freezes), configuration: () => refused });
});
afterEach(() => world.close());

test('the table has each time on the clock of the calendar, whom it holds and who may deploy', async () => {
  const { code, out } = await world.muster('freezes -o wide', { terminal: 120, env: { NO_COLOR: '1' } });
  expect(code).toBe(0);
  expect(out.split('\n').map((line) => line.trimEnd())).toEqual([
    'FROM (EET)         UNTIL                  FREEZE     WHAT FOR                HOLDS                    MAY DEPLOY',
    '00:00              Tue 8 Dec 12:00        audit      The auditors are here   everything               vp-engineering',
    'Sun 20 Dec 00:00   Sun 3 Jan 2027 00:00   year-end   The books are closed    everything, not hotfix   nobody',
    '',
  ]);
  expect((await world.muster('freezes list -o name --template hotfix')).out).toBe('audit\n');
  expect((await world.muster('freezes --from 2027-06-01 --to 2027-07-01')).err).toContain('no freeze in that time');
  expect((await world.muster('freezes --from 13:00 --to 2d -o name')).out).toBe('audit\n');
  expect((await world.muster('freezes --service paymets')).code).toBe(2);
});

test('a changed file that is refused is named, with its error and what to do', async () => {
  refused = {
    ok: false,
    since: '2026-12-07T07:55:00.000Z',
    errors: [
      { file: 'freezes.yaml', line: 3, column: 17, message: 'unknown template late' },
      { file: 'freezes.yaml', line: 4, column: 17, message: 'unknown template later' },
    ],
  };
  const { code, out, err } = await world.muster('freezes -o name');
  expect([code, out]).toEqual([0, 'audit\nyear-end\n']);
  expect(err.replace(/\s+/g, ' ')).toContain('in force: freezes.yaml:3:17: unknown template late (and 1 more error)');
  expect(err).toMatch(/restart[^]*config check/);
  freezes = {};
  const none = await world.muster('freezes');
  expect(none.err).toContain('no freeze in that time among those in force');
  expect(none.err).toContain('unknown template late');
});

test('a release that is held says until when, what for and who may deploy; its plan warns of the target', async () => {
  const id = await world.planned({ targetAt: '2026-12-28T08:00:00Z' });
  const shown = async () => (await world.muster(`release show ${id}`)).out.replace(/\s+/g, ' ');
  const out = await shown();
  expect(out).toContain(
    'Beware: the target is on 2026-12-28 (freeze: The books are closed, free from Sat 2 Jan 2027 22:00)',
  );
  expect(out).toMatch(
    /Frozen until Tue 8 Dec 10:00: The auditors are here \(audit; only vp-engineering may deploy, with --override "reason"\)/,
  );
  const { code, err } = await world.muster(`release deploy ${id} --as jonas`);
  expect(code).toBe(5);
  expect(err).toContain('The auditors are here');
  await world.muster(['release', 'deploy', id, '--override', 'the law asks for it', '--as', 'chiara']);
  expect(await shown()).toMatch(
    /In a freeze begun Mon 7 Dec 08:00, by chiara: the law asks for it \(The auditors are here\)/,
  );
});
