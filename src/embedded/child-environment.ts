/**
 * Owns which environment variables a program that Muster starts is given: those that it needs, by
 * name. The secrets of Muster and of its channels are variables too, and the settings of a Temporal
 * cluster are not for a server of our own.
 */

/**
 * What any program may need: where programs, the home and scratch folders are, the time zone; the
 * last row is for Windows.
 */
const everyday = new Set([
  ...['PATH', 'HOME', 'TMPDIR', 'TMP', 'TEMP', 'TZ', 'LANG', 'LC_ALL', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'],
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
]);
/**
 * What a download needs besides: the way out of this network, whom to trust, and where pip is to
 * look.
 */
const forDownloads =
  /^((HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|(REQUESTS|CURL)_CA_BUNDLE|NODE_EXTRA_CA_CERTS|XDG_(CONFIG|CACHE)_HOME|PIP_\w+)$/;

/** The environment of a program that works on this machine alone, such as the Temporal server. */
export function childEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return only(env, (name) => everyday.has(name));
}

/** The environment of a program that downloads something. */
export function downloadEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return only(env, (name) => everyday.has(name) || forDownloads.test(name));
}

// Compared in capitals: Windows spells PATH as Path, and proxies are commonly named in small
// letters.
function only(env: NodeJS.ProcessEnv, allowed: (name: string) => boolean): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => allowed(name.toUpperCase())));
}
