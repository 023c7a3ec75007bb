process.env.TZ = 'UTC'; // before any worker process starts
const esmOnly = [
  'jose',
  'openid-client',
  'oauth4webapi',
  'oidc-provider',
  'preact',
  'temporal-polyfill',
  'temporal-utils',
  'temporal-spec',
].join('|');
// `npm run test:any-day` says which day it is; fake timers begin there too.
const today = process.env.MUSTER_TEST_TODAY;
// With `tsx`, `<T>` before a function is read as an element.
const swc = (syntax) => [
  '@swc/jest',
  {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', ...syntax },
      transform: { react: { runtime: 'automatic', importSource: 'preact' } },
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];
/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.{ts,tsx}'],
  // jest.cluster.config.js, jest.senders.config.js, jest.browser.config.js
  testPathIgnorePatterns: [
    '/node_modules/',
    ...['cluster', 'senders', 'browser'].map((tier) => `<rootDir>/test/${tier}/`),
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.muster/'],
  transform: { '^.+\\.([tj]s|mjs)$': swc({}), '^.+\\.tsx$': swc({ tsx: true }) },
  // Packages without a CommonJS build go through the transform too.
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly})/)`],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  reporters: ['default', '<rootDir>/scripts/jest-counts.cjs'],
  ...(today
    ? { setupFilesAfterEnv: ['<rootDir>/test/support/faked-day.ts'], fakeTimers: { now: Date.parse(today) } }
    : {}),
  testTimeout: 30_000,
  // Much of a test's time is waiting for a server, so as many files run at once as there are cores
  // (jest's own choice leaves one idle). A worker that has grown is replaced: each file leaves
  // something in the memory of its process.
  maxWorkers: '100%',
  workerIdleMemoryLimit: '1200MB',
};
