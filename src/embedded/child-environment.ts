/**
 * Owns which environment variables a program gets that Muster starts: a list of needed names. All
 * other variables stay away, because the secrets of Muster and its channels are variables too, and
 * because settings of a Temporal cluster must not reach the embedded server.
 */

/**
 * Variables that any program may need: folders of programs, home and scratch, locale, time zone.
 * The last row is for Windows.
 */
const everyday = new Set([
  ...['PATH', 'HOME', 'TMPDIR', 'TMP', 'TEMP', 'TZ', 'LANG', 'LC_ALL', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'],
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
]);
/** Variables that a download needs besides: proxies, trusted certificates, and settings of pip. */
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

// Names are compared in capitals: Windows writes PATH as Path, and names of proxies are often in
// small letters.
function only(env: NodeJS.ProcessEnv, allowed: (name: string) => boolean): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => allowed(name.toUpperCase())));
}
