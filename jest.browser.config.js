/**
 * Owns the settings of `npm run test:browser`: Chromium against `npm start`.
 * @type {import('jest').Config}
 */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/browser/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/support/global-binary.ts',
  globalTeardown: undefined,
  maxWorkers: 2,
  verbose: true,
  testTimeout: 60_000,
};
