/**
 * Owns `npm run fuzz`: hostile requests and hostile configurations, as many as are asked for, the
 * figures, and each broken promise with the seed that repeats it. The exit code is 1 when there is
 * a finding.
 */
import { parseArgs } from 'node:util';
import { fuzzRequests, type Figures } from './fuzz-requests';
import { fuzzConfigurations, type ConfigurationFigures } from './fuzz-configurations';
import { remote } from './remote';
import { Watchdog } from './watchdog';
import { World } from './world';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    configurations: { type: 'string', default: '2000' },
    seed: { type: 'string' },
    url: { type: 'string' },
    token: { type: 'string' },
  },
});

const mb = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
function line({ requests, statuses, slowest, memory, findings, ms }: Figures): string {
  const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`);
  const { heapUsed = 0, rss = 0 } = memory.at(-1) ?? {};
  return [
    `${requests} requests, ${Math.round(requests / (ms / 1000))} a second; ${counts.join(', ')}`,
    `  slowest ${Math.round(slowest.ms)} ms (${slowest.what}); heap ${mb(heapUsed)}, RSS ${mb(rss)}; ${findings.length} findings`,
  ].join('\n');
}

function configurationLine({
  configurations,
  refused,
  usable,
  errors,
  slowest,
  memory,
  findings,
  ms,
}: ConfigurationFigures): string {
  const { heapUsed = 0, rss = 0 } = memory.at(-1) ?? {};
  return [
    `${configurations} configurations, ${Math.round(configurations / (ms / 1000))} a second; ${refused} refused with ${errors} errors, ${usable} usable`,
    `  slowest ${Math.round(slowest.ms)} ms of CPU (${slowest.what}); heap ${mb(heapUsed)}, RSS ${mb(rss)}; ${findings.length} findings`,
  ].join('\n');
}

async function main(): Promise<number> {
  const seed = Number(values.seed ?? Math.floor(performance.timeOrigin) % 2 ** 31);
  console.log(`seed ${seed}`);
  let faults = 0;
  const requests = Number(values.requests);
  if (requests > 0) {
    const worlds: Record<string, World> =
      values.url === undefined
        ? { 'without authentication': await World.open(false), 'with authentication': await World.open(true) }
        : {};
    const targets = values.url === undefined ? worlds : { [values.url]: await remote(values.url, values.token) };
    const figures = await fuzzRequests(targets, {
      ...{ requests, seed, withinMs: 5_000 },
      progress: (so) => console.log(line(so)),
      found: ({ seed: at, target, words, steps }) =>
        console.log(`\nseed ${at}, ${target}:\n  ${words.join('\n  ')}\n  after\n  ${steps.join('\n  ')}`),
    });
    for (const world of Object.values(worlds)) await world.close();
    console.log(
      `succeeded: ${[...figures.succeeded]
        .sort(([, a], [, b]) => b - a)
        .map(([name, times]) => `${name} ${times}`)
        .join(', ')}`,
    );
    faults += figures.findings.length;
  }
  const configurations = Number(values.configurations);
  if (configurations > 0) {
    const watchdog = new Watchdog();
    const begins = (at: number) => watchdog.begins(at);
    const progress = (so: ConfigurationFigures) => console.log(configurationLine(so));
    const figures = fuzzConfigurations({ configurations, seed, withinMs: 2_000, begins, progress });
    await watchdog.close();
    for (const { seed: at, folder, words, differs } of figures.findings)
      console.log(`\nseed ${at}, ${folder}:\n  ${words}\n  with\n  ${differs.join('\n  ')}`);
    faults += figures.findings.length;
  }
  return faults === 0 ? 0 : 1;
}
void main().then((code) => process.exit(code));
