/**
 * Whatever is done to a config folder: errors with a place and words, or a configuration that a
 * start and a rehearsal can use; no throw, no hang, no change of what every object has. `npm run
 * fuzz` spoils more.
 */
import { fuzzConfigurations } from './fuzz-configurations';
import { testSeed } from './seed';
import { Watchdog } from './watchdog';

const configurations = 500;

test(`${configurations} spoiled folders are refused in words, or fit for use (MUSTER_FUZZ_SEED=${testSeed})`, async () => {
  const watchdog = new Watchdog();
  const figures = fuzzConfigurations({
    ...{ configurations, seed: testSeed, withinMs: 4_000, mostFindings: 5 },
    begins: (seed) => watchdog.begins(seed),
  });
  await watchdog.close();
  expect(figures.findings).toEqual([]);
  expect(figures.refused).toBeGreaterThan(configurations / 2);
  expect(figures.usable).toBeGreaterThan(configurations / 10);
}, 300_000);
