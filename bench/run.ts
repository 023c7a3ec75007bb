/**
 * Owns `npm run bench [part ...]`: runs the parts one after the other and prints the measured
 * beside the allowed numbers. The verdicts are for people: the exit code is 0 unless a part failed
 * to run. Times depend on the machine, counts do not.
 */
import { acknowledge } from './acknowledge';
import { burst } from './burst';
import { businessTime } from './business-time';
import { coverage } from './coverage';
import { declare } from './declare';
import { history } from './history';
import { lateness, latenessOfThousand } from './lateness';
import { rehearsal } from './rehearsal';
import { load } from './load';
import { openSides, type Sides } from './sides';
import { resolve } from './resolve';
import { rest } from './rest';
import { size } from './size';
import { storm } from './storm';
import { slowChannel } from './slow-channel';
import { startCli } from './start-cli';
import { tableOf, type Row } from './table';
import { told } from './told';
import { watched } from './watched';

/**
 * Parts without the server that the timed ones share: counts, which are the same on every machine,
 * times of pure code, and memory.
 */
const counted: Record<string, () => Promise<Row[]>> = {
  history,
  size,
  resolve,
  coverage,
  rehearsal,
  'business-time': businessTime,
  load,
  rest,
};
/** Parts that measure times; all share one server, which is started before the first of them. */
const timed: Record<string, (sides: Sides) => Promise<Row[]>> = {
  lateness,
  'slow-channel': slowChannel,
  told,
  acknowledge,
  declare,
  cli: startCli,
  burst,
  storm,
  watched,
};
/** Parts that take long, and run only when they are named. */
const onRequest: typeof timed = { 'lateness-1000': latenessOfThousand };
const started = { ...timed, ...onRequest };

async function main(wanted: readonly string[]): Promise<number> {
  const known = [...Object.keys(counted), ...Object.keys(started)];
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`no part is called ${unknown.join(', ')}; there are ${known.join(', ')}`);
    return 2;
  }
  const isWanted = (name: string) => (wanted.length === 0 && !(name in onRequest)) || wanted.includes(name);
  const failed: string[] = [];
  const run = async (name: string, measure: () => Promise<Row[]>): Promise<void> => {
    if (!isWanted(name)) return;
    const began = Date.now();
    try {
      const rows = await measure();
      console.log(`\n${name} (${Math.round((Date.now() - began) / 1000)} s)\n${tableOf(rows)}`);
    } catch (error) {
      failed.push(name);
      console.error(`\n${name} failed to run:`, error);
    }
  };

  for (const [name, measure] of Object.entries(counted)) await run(name, measure);
  if (Object.keys(started).some(isWanted)) {
    const sides = await openSides();
    try {
      for (const [name, measure] of Object.entries(started)) await run(name, () => measure(sides));
    } finally {
      await sides.close();
    }
  }
  return failed.length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
