/**
 * Owns how the settings of the connection to a cluster are read: `TEMPORAL_*` variables and files
 * that they name. Every fault is one line that names the variable.
 */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { withSecretFiles } from '../secret-file';
import { errorMessage, StartRefused } from './lifecycle';

/** The settings. Throws StartRefused. */
export function connectionSettings(set: NodeJS.ProcessEnv = process.env): NativeConnectionOptions {
  const { env, errors } = withSecretFiles(set, ['TEMPORAL_API_KEY']);
  if (errors.length > 0) throw refusal(errors.join('; '));
  try {
    const { connectionOptions } = loadClientConnectConfig({ overrideEnvVars: definedOf(env) });
    checkCertificates(connectionOptions, env);
    return connectionOptions;
  } catch (error) {
    if (error instanceof StartRefused) throw error;
    throw refusal(inWords(error, env));
  }
}

/** What node:tls makes of the certificates, for a look at them. Empty: the usual authorities. */
export function certificatesOf({ tls }: NativeConnectionOptions): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  if (typeof tls !== 'object' || tls === null) return {};
  const { serverRootCACertificate: ca, clientCertPair: pair } = tls;
  return {
    ...(ca ? { ca: Buffer.from(ca) } : {}),
    ...(pair ? { cert: Buffer.from(pair.crt), key: Buffer.from(pair.key) } : {}),
  };
}

// A file that is there may still hold no certificate, or the key of another one.
function checkCertificates(options: NativeConnectionOptions, env: NodeJS.ProcessEnv): void {
  const { ca, cert, key } = certificatesOf(options);
  const check = (names: string[], part: Parameters<typeof createSecureContext>[0]) => {
    try {
      createSecureContext(part);
    } catch (error) {
      const set = names.filter((name) => env[name] !== undefined && env[name] !== '');
      throw refusal(`${set.join(' and ') || 'the TLS settings'} cannot be used: ${errorMessage(error)}`);
    }
  };
  const both = (name: string) => [`${name}_PATH`, `${name}_DATA`];
  if (ca) check(both('TEMPORAL_TLS_SERVER_CA_CERT'), { ca });
  if (cert && key) check([...both('TEMPORAL_TLS_CLIENT_CERT'), ...both('TEMPORAL_TLS_CLIENT_KEY')], { cert, key });
}

function inWords(error: unknown, env: NodeJS.ProcessEnv): string {
  for (const name of Object.keys(env).filter((known) => /^TEMPORAL_TLS_\w+_PATH$/.test(known))) {
    const path = env[name];
    if (path === undefined || path === '') continue;
    try {
      readFileSync(path);
    } catch (unread) {
      const { code = '', message } = unread as NodeJS.ErrnoException;
      return `${name} is ${path}: ${unreadable[code] ?? message}`;
    }
  }
  return errorMessage(error);
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'Muster may not read the file',
  EISDIR: 'this is a folder, not a file',
};

function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

function refusal(because: string): StartRefused {
  return new StartRefused(`Muster was not started: ${because}`);
}
