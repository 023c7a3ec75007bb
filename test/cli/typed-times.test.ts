/** Wrong times: every flag says what would be right, and no wrong time crashes the program. */
import { openWorld, type World } from './muster';

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());

const wrong = [
  '24:00',
  '25:00',
  '2026-02-30',
  '2026-02-30T10:00',
  '02.11.2026',
  '2026-11-2',
  '12026-01-01',
  '1h2w',
  'Z',
  '-1h',
];
const verbs = [
  'oncall --at T',
  'oncall --from T',
  'oncall --to T',
  'oncall take --from T --until 18:00 --as tomas',
  'oncall take --until T --as tomas',
  'oncall override add travel-primary omar --from T --to 18:00',
  'oncall override add travel-primary omar --from 18:00 --to T',
  'release plan --title x --service payments --target T',
  'rehearse incident --at T --config config',
  'rehearse incident --until T --config config',
  'rehearse release --service payments --target T --config config',
  'coverage --from T --config config',
];
test.each(verbs)('muster %s', async (verb) => {
  for (const time of wrong) {
    const { code, out, err } = await world.muster(verb.replace('T', `"${time}"`));
    expect([verb, time, code, out]).toEqual([verb, time, 2, '']);
    expect(err).not.toMatch(/RangeError|TypeError|Invalid time value|^ +at /m);
    expect(err).toMatch(/expected|takes|does not exist|is no instant/);
  }
});
