/**
 * The one place where a test may read the machine's clock: for an instant that the product, a
 * library or the Temporal server compares with its own clock, which no test can set. No expectation
 * may depend on that day; `npm run test:any-day` checks this. To measure how long something takes
 * use `performance.now()`, for any other instant `t0` of policy.ts.
 */
export function present(): number {
  return Date.now();
}
