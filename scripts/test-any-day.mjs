/**
 * Owns `npm run test:any-day [part of a day's name ...]`: proves that no test depends on the day on
 * which it runs. Plain Node, no dependency.
 *
 * - Tests that need no server run with another `Date` (test/support/faked-day.ts). On the days
 *   marked `whole`, all of them run. On the other days only those run that read the clock on the
 *   first day; the others cannot know the day.
 * - Tests of workflows run on the real server, whose clock cannot be set. Their calendar is moved
 *   instead (test/support/moved-calendar.ts). Tests that use no calendar run only on the first day.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

/** Days for `Date`. Some are the last moments of a day, so that tests run over midnight. */
const days = [
  ['2026-12-24T21:59:58Z', 'Christmas Eve, just before midnight in Athens', 'whole'],
  ['2031-07-09T12:00:00Z', 'years after the calendars that ship', 'whole'],
  ['2028-02-29T12:00:00Z', '29 February'],
  ['2028-02-28T23:59:58Z', 'the day before 29 February, at its end'],
  ['2028-02-29T23:59:58Z', '29 February, at its end'],
  ['2032-02-29T08:00:00Z', '29 February, a Sunday'],
  ['2027-02-28T23:59:58Z', 'the end of a February of 28 days'],
  ['2026-11-28T21:26:00Z', 'Saturday'],
  ['2026-11-29T10:00:00Z', 'Sunday'],
  ['2026-11-30T08:00:00Z', 'Monday, when working hours begin'],
  ['2026-11-30T23:59:58Z', 'the end of a month of 30 days'],
  ['2026-12-01T00:00:00Z', 'the first moment of a month'],
  ['2026-12-04T16:00:00Z', 'Friday, when working hours end'],
  ['2026-12-07T08:00:00Z', 'the instant at which most tests play'],
  ['2026-12-24T08:00:00Z', 'Christmas Eve'],
  ['2026-12-25T08:00:00Z', 'Christmas Day'],
  ['2026-12-26T08:00:00Z', 'the second day of Christmas, a Saturday'],
  ['2026-12-31T12:00:00Z', "New Year's Eve"],
  ['2026-12-31T21:59:58Z', 'the year ends in Athens'],
  ['2026-12-31T23:59:58Z', 'the year ends'],
  ['2027-01-01T00:00:00Z', 'the year begins'],
  ['2027-01-05T12:00:00Z', 'the day before Epiphany'],
  ['2027-01-20T10:00:00Z', 'the target of the releases in most tests'],
  ['2027-01-21T10:00:00Z', 'the day after it'],
  ['2027-01-31T23:59:58Z', 'the end of January: the next month has no such day'],
  ['2027-03-14T06:59:58Z', 'the clock changes in New York: 02:00 does not exist'],
  ['2027-03-14T12:00:00Z', 'Sunday of that change'],
  ['2027-11-07T05:30:00Z', 'New York, 01:30 for the first time'],
  ['2027-11-07T06:30:00Z', 'New York, 01:30 for the second time'],
  ['2027-03-27T12:00:00Z', 'the day before the clock changes in Athens'],
  ['2027-03-28T00:59:58Z', 'the clock changes in Athens: 03:00 does not exist'],
  ['2027-03-28T12:00:00Z', 'Sunday of that change'],
  ['2027-10-31T00:30:00Z', 'Athens, 03:30 for the first time'],
  ['2027-10-31T00:59:58Z', 'the clock changes back in Athens'],
  ['2027-10-31T01:30:00Z', 'Athens, 03:30 for the second time'],
  ['2027-04-02T15:30:00Z', 'the clock changes in Lord Howe, by half an hour, that weekend'],
  ['2027-03-31T23:59:58Z', 'the end of a quarter'],
  ['2027-04-30T12:00:00Z', 'Good Friday in Greece'],
  ['2027-05-01T12:00:00Z', 'Labour Day'],
  ['2027-06-30T23:59:58Z', 'the end of June'],
  ['2027-08-31T23:59:58Z', 'the end of August'],
  ['2027-12-07T08:00:00Z', 'a year after the instant at which most tests play'],
  ['2028-01-01T00:00:00Z', 'the calendar of most tests ends'],
  ['2028-12-31T12:00:00Z', 'day 366'],
  ['2029-02-12T08:00:00Z', 'the calendars that ship have no holidays any more'],
  ['2038-01-19T03:14:06Z', 'the seconds since 1970 need a 32nd bit'],
  ['2050-06-15T12:00:00Z', 'far ahead'],
];

/** Days for the calendar of the workflow tests, on its wall clock. */
const calendarDays = [
  ['2026-12-07T10:07[Europe/Athens]', 'Monday, two and a half weeks before Christmas'],
  ['2026-11-28T21:26[Europe/Athens]', 'a Saturday night'],
  ['2026-12-24T23:59:58[Europe/Athens]', 'Christmas Eve, just before midnight'],
  ['2027-03-14T01:37[America/New_York]', 'the clock changes in New York'],
  ['2027-03-27T22:07[Europe/Athens]', 'the night in which the clock changes in Athens'],
  ['2027-10-30T10:07[Europe/Athens]', 'the day before it changes back'],
  ['2027-10-02T23:37[Australia/Lord_Howe]', 'it changes by half an hour in Lord Howe'],
  ['2028-02-29T12:07[Europe/Athens]', '29 February'],
  ['2030-12-31T23:59:58[Asia/Kolkata]', 'the year ends'],
];

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
ensureInstalled(root);
const wanted = process.argv.slice(2);
const isWanted = ([day, name]) => wanted.length === 0 || wanted.some((part) => `${day} ${name}`.includes(part));

// The clock of a server cannot be set. Outside the folders of such tests, a test that needs a
// server or the program of the server gets it from test/support/env.ts.
const needsServer = (file) =>
  /^test\/(e2e|workflows|replay)\//.test(file) ||
  /from '(\.\.\/)+support\/env'/.test(readFileSync(join(root, file), 'utf8'));
const files = readdirSync(join(root, 'test'), { recursive: true })
  .map((file) => join('test', file).replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.test.ts'));
const isWorkflow = (file) => file.startsWith('test/workflows/');

if (![...days, ...calendarDays].some(isWanted)) {
  console.error(
    `No day is called ${wanted.join(' or ')}; expected part of a date or a description in scripts/test-any-day.mjs.`,
  );
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), 'muster-any-day-'));
let failures = 0;
try {
  run(
    days.filter(isWanted),
    files.filter((file) => !needsServer(file)),
    'MUSTER_TEST_TODAY',
    {
      MUSTER_TEST_PURE: '1',
    },
  );
  run(calendarDays.filter(isWanted), files.filter(isWorkflow), 'MUSTER_TEST_CALENDAR_TODAY');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(failures === 0 ? 'Every day passed.' : `Failed on ${failures} days.`);
process.exit(failures === 0 ? 0 : 1);

/**
 * Runs `tests` on each of `dates`. After the first date, only the tests that read the clock run,
 * unless a date is `whole`.
 */
function run(dates, tests, variable, environment = {}) {
  const readers = join(scratch, `${variable}.txt`);
  let reading;
  for (const [day, name, whole] of dates) {
    const chosen = reading === undefined || whole ? tests : reading;
    const began = performance.now();
    const { passed, failed } = jest(chosen, { ...environment, [variable]: day, MUSTER_TEST_READERS: readers });
    if (!existsSync(readers))
      failed.push(['no test was seen to read the clock', 'expected some: the notes of them are lost']);
    reading ??= existsSync(readers)
      ? [...new Set(readFileSync(readers, 'utf8').trim().split('\n'))].map((file) => relative(root, file))
      : [];
    const seconds = Math.round((performance.now() - began) / 1_000);
    console.log(`${day}  ${passed} passed, ${failed.length} failed  (${name}; ${chosen.length} files, ${seconds} s)`);
    for (const [test, reason] of failed) console.log(`  ${test}\n    ${reason}`);
    if (failed.length > 0) failures += 1;
  }
}

/**
 * Runs jest on these files; returns the number of passed tests, and name and reason of each
 * failure.
 */
function jest(tests, environment) {
  const result = join(scratch, 'result.json');
  rmSync(result, { force: true });
  const { stderr } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...['--json', `--outputFile=${result}`, '--silent'],
      ...['--runTestsByPath', ...tests],
    ],
    { cwd: root, env: { ...process.env, ...environment }, encoding: 'utf8', maxBuffer: 1e9 },
  );
  if (!existsSync(result)) return { passed: 0, failed: [['jest ended without a result', firstLine(stderr)]] };
  const { numPassedTests, testResults } = JSON.parse(readFileSync(result, 'utf8'));
  const failed = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const tests = assertionResults.filter((test) => test.status === 'failed');
    // A file that does not even load has no tests.
    if (status === 'failed' && tests.length === 0) return [[file, firstLine(message)]];
    return tests.map(({ fullName, failureMessages }) => [`${file}: ${fullName}`, firstLine(failureMessages[0])]);
  });
  return { passed: numPassedTests, failed };
}

function firstLine(text = '') {
  return text.split('\n').find((line) => line.trim() !== '') ?? 'no reason given';
}
