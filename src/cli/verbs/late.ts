/**
 * Owns how the command line loads the code that only some verbs need: when such a verb runs, and
 * not before.
 */

/** Configuration and rules, for the verbs without a server. */
export function offlineCode(): typeof import('../../config') {
  // Not `import()`, which looks for built files only: this finds the sources and what is built from
  // them alike.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('../../config') as typeof import('../../config');
}
