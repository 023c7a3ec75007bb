/** Owns how the command line loads code that only some verbs need: when such a verb runs. */

/** Configuration and rules, for the verbs without a server. */
export function offlineCode(): typeof import('../../config') {
  // Not `import()`, which finds only built files; `require` finds both sources and built files.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('../../config') as typeof import('../../config');
}
