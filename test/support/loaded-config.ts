/** Owns how tests load a folder of configuration: what it says, or why it is refused. */
import { formatErrors, loadConfig } from '../../src/config/load';
import type { Config } from '../../src/config/loaded';

/** The configuration of `folder`, which must be sound. */
export function configOf(folder: string): Config {
  const loaded = loadConfig(folder, {});
  if (!loaded.ok) throw new Error(formatErrors(loaded.errors));
  return loaded.value;
}

/** Why `folder` is refused, one line for each error; `no error` when nothing is wrong. */
export function errorsOf(folder: string): string {
  const loaded = loadConfig(folder, {});
  return loaded.ok ? 'no error' : formatErrors(loaded.errors);
}
