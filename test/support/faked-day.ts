/**
 * Makes `Date` say `MUSTER_TEST_TODAY` when a test file begins, and go on from there: for product,
 * libraries and tests alike. jest.config.js loads this file for `npm run test:any-day` only. Timers
 * and `performance.now()` are left as they are.
 *
 * Also notes in the file `MUSTER_TEST_READERS` which test files read the clock; the others need one
 * day only.
 */
import { appendFileSync } from 'node:fs';

const MachineDate = Date;
const ahead = MachineDate.parse(process.env['MUSTER_TEST_TODAY']!) - MachineDate.now();

/**
 * Packages whose reading changes nothing: a seed; how far ahead to look for a clock change, see
 * compile-zone.test.ts.
 */
const harmless = /\/node_modules\/(fast-check|temporal-polyfill)\//;
let isReader = false;

function now(): number {
  isReader ||= readByUs(new Error().stack ?? '');
  return MachineDate.now() + ahead;
}
/** The nearest caller in a file decides. */
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
isReader = false; // that was this file

afterAll(() => {
  const file = process.env['MUSTER_TEST_READERS'];
  if (file && isReader) appendFileSync(file, `${expect.getState().testPath}\n`);
});
