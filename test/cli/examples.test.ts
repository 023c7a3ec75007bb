/** Every example in the help works with the shipped configuration. */
import { join } from 'node:path';
import { openWorld, type World } from './muster';

let world: World;
beforeEach(async () => (world = await openWorld()));
afterEach(() => world.close());

/** All nouns except those whose examples need a file of the user's. */
const verbs = ['incident', 'release', 'oncall', 'drill', 'rehearse', 'coverage', 'channel test'];
const env = { MUSTER_CONFIG: join(__dirname, '..', '..', 'config'), MUSTER_ACTOR: 'fatima' };

/** The words of a line, split as a shell does; text after three blanks is a remark. */
const wordsOf = (line: string) =>
  (line.split(/ {3,}/)[0] ?? '').match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', '')) ?? [];

test.each(verbs)('every example in the help of %s works', async (verb) => {
  const { out } = await world.muster(`${verb} --help`);
  const examples = [...out.matchAll(/^ {2}\$ muster (.+)$/gm)].map(([, words = '']) => wordsOf(words));
  expect(examples.length).toBeGreaterThan(0);
  const ids = { INC: await world.declared(), REL: await world.planned() };
  for (const words of examples.filter((example) => !example.includes('new.yaml'))) {
    const argv = words.map((word) => word.replace(/^(INC|REL)-[\d-]+$/, (_, kind: 'INC' | 'REL') => ids[kind]));
    const { code, err } = await world.muster(argv, { env });
    expect([argv.join(' '), code, code === 0 ? '' : err]).toEqual([argv.join(' '), 0, '']);
  }
});
