/**
 * The one place where a test may read the machine's clock: for an instant that the product, a
 * library or the Temporal server compares with its own clock, which no test can set. What is
 * expected may never depend on the day that it names: `npm run test:any-day`. For how long
 * something takes there is `performance.now()`, for any other instant `t0` of policy.ts.
 */
export function present(): number {
  return Date.now();
}
