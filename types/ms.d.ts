/**
 * Repairs the SDK's `Duration`, which is `any` without it, so that `sleep('banana')` does not
 * compile.
 */
declare module 'ms' {
  type Unit = 'ms' | 's' | 'm' | 'h' | 'd';
  export type StringValue = `${number}` | `${number}${Unit}` | `${number} ${Unit}`;
}
