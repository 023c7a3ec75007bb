/**
 * Gives jest's counts to scripts/test.mjs, in the file that the environment names; does nothing
 * under a plain `npx jest`.
 */
const { writeFileSync } = require('node:fs');

module.exports = class Counts {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests }) {
    const file = process.env.MUSTER_TEST_COUNTS;
    if (!file) return;
    // A file that does not even load has no tests to count, yet it failed.
    const failed = Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0);
    writeFileSync(file, JSON.stringify({ passed: numPassedTests, failed, skipped: numPendingTests }));
  }
};
