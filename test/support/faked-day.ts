/**
 * Makes `Date` begin at `MUSTER_TEST_TODAY` in each test file and go on from there, for product,
 * libraries and tests. jest.config.js loads this file only for `npm run test:any-day`. Timers and
 * `performance.now()` stay unchanged.
 *
 * Also writes the test files that read the clock into the file `MUSTER_TEST_READERS`; the other
 * test files need one day only.
 */
import { appendFileSync } from 'node:fs';

const MachineDate = Date;
const ahead = MachineDate.parse(process.env['MUSTER_TEST_TODAY']!) - MachineDate.now();

/**
 * Packages that read the clock without effect on results: fast-check for a seed, temporal-polyfill
 * for how far ahead it looks for clock changes (compile-zone.test.ts).
 */
const harmless = /\/node_modules\/(fast-check|temporal-polyfill)\//;
let isReader = false;

function now(): number {
  isReader ||= readByUs(new Error().stack ?? '');
  return MachineDate.now() + ahead;
}
/** Only the nearest caller in src, test or node_modules decides. */
function readByUs(stack: string): boolean {
  const caller = stack
    .split('\n')
    .find((line) => /\/(src|test|node_modules)\//.test(line) && !line.includes(__filename));
  return caller === undefined || !harmless.test(caller);
}

globalThis.Date = new Proxy(MachineDate, {
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made) as Date,
  apply: () => new MachineDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
});
if (Math.abs(new Date().getTime() - MachineDate.parse(process.env['MUSTER_TEST_TODAY']!)) > 60_000)
  throw new Error(`the day is not ${process.env['MUSTER_TEST_TODAY']}`);
isReader = false; // the check above has read the clock itself

afterAll(() => {
  const file = process.env['MUSTER_TEST_READERS'];
  if (file && isReader) appendFileSync(file, `${expect.getState().testPath}\n`);
});
