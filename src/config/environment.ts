/**
 * Owns the variables that Muster reads from the environment: names and defaults. Reports all errors
 * at once. Knows nothing of the content of the configuration.
 */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { webAddress } from '../contracts/address-shapes';
import { parse } from '../contracts/parse';
import { given } from '../given';
import { withSecretFiles } from '../secret-file';
import { readPayloadKeys, type PayloadKeys } from './payload-keys';

const hostName = /^([a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\])$/;
const listed = (fits: (entry: string) => boolean, expected: string) =>
  z
    .string()
    .default('')
    .transform((text) =>
      text
        .toLowerCase()
        .split(/[\s,]+/)
        .filter((entry) => entry !== ''),
    )
    .refine((entries) => entries.every(fits), expected);
function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  return version !== 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}
const port = z
  .string()
  .regex(/^\d{1,5}$/, 'expected a port number')
  .transform(Number)
  .refine((number) => number <= 65_535, 'a port is at most 65535');
const shape = z.object({
  MUSTER_HOST: z.string().trim().min(1).default('127.0.0.1'),
  MUSTER_PORT: port.default(8080),
  MUSTER_HEALTH_PORT: port.default(9464),
  MUSTER_DATA: z.string().trim().min(1).default('.muster'),
  MUSTER_CONFIG: z.string().trim().min(1).default('config'),
  MUSTER_INSECURE: z
    .enum(
      ['0', 'false'],
      'it is gone, because it let in everybody; leave it out. To listen elsewhere than on loopback, set MUSTER_AUTHENTICATION=required, so that everybody has to say who they are (docs/access.md)',
    )
    .optional(),
  MUSTER_AUTHENTICATION: z.literal('required', 'expected required; leave it out to follow access.yaml').optional(),
  MUSTER_ALLOWED_HOSTS: listed(
    (name) => hostName.test(name),
    'expected names of hosts without port, such as muster.example.org, separated by commas',
  ),
  MUSTER_TRUSTED_PROXIES: listed(
    isNetwork,
    'expected addresses or networks of proxies, such as 10.0.0.7 or 10.0.0.0/8, separated by commas',
  ),
  MUSTER_RATE_LIMIT: z
    .string()
    .regex(/^\d{1,7}$/, 'expected requests a minute, 0 for no limit')
    .transform(Number)
    .optional(),
  MUSTER_SECRET: z.string().min(32, 'expected at least 32 characters').optional(),
  MUSTER_EARLIER_SECRETS: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter((secret) => secret !== ''))
    .refine(
      (secrets) => secrets.every(({ length }) => length >= 32),
      'expected secrets of at least 32 characters each',
    ),
  MUSTER_PUBLIC_URL: webAddress.optional(),
  TEMPORAL_ADDRESS: z.string().trim().min(1).optional(),
  TEMPORAL_NAMESPACE: z.string().trim().min(1).default('default'),
});

export interface Environment {
  readonly host: string;
  readonly port: number;
  /** The port on which a worker without an API answers /healthz, /readyz and /metrics. */
  readonly healthPort: number;
  /** Absolute. */
  readonly dataFolder: string;
  /** Absolute. */
  readonly configFolder: string;
  /** Everybody has to say who they are, also without access.yaml. */
  readonly authentication: boolean;
  /** Names of hosts under which the API is reached: that of `publicUrl`, and further ones. */
  readonly allowedHosts: readonly string[];
  /** Addresses and networks of proxies that say the truth about from where a request comes. */
  readonly trustedProxies: readonly string[];
  /**
   * Requests a minute from one address; 0: no limit. Absent: the API chooses by its listening
   * address.
   */
  readonly rateLimit?: number;
  readonly secret?: string;
  /** Those before `secret`: what was made with them still counts. */
  readonly earlierSecrets: readonly Buffer[];
  /** The address of the API for links in messages; no trailing slash. */
  readonly publicUrl: string;
  /** Address of a cluster; when set, no server is embedded. */
  readonly temporalAddress?: string;
  readonly temporalNamespace: string;
  /** Under which payloads are written to Temporal and read; only `plain` without encryption. */
  readonly payloadKeys: PayloadKeys;
}

/** Reads the environment, relative folders from `cwd`. An empty variable counts as not set. */
export function readEnvironment(
  env: NodeJS.ProcessEnv,
  cwd: string,
): { readonly ok: true; readonly value: Environment } | { readonly ok: false; readonly errors: string[] } {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const { env: whole, errors: fileErrors } = withSecretFiles(present, ['MUSTER_SECRET', 'MUSTER_EARLIER_SECRETS'], cwd);
  const parsed = parse(shape, whole);
  const keys = readPayloadKeys(present, cwd);
  if (!parsed.ok || !keys.ok || fileErrors.length > 0)
    return {
      ok: false,
      errors: [
        ...(parsed.ok ? [] : parsed.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`)),
        ...fileErrors,
        ...(keys.ok ? [] : keys.errors),
      ],
    };
  const read = parsed.value;
  const shown = read.MUSTER_HOST === '0.0.0.0' || read.MUSTER_HOST === '::' ? '127.0.0.1' : read.MUSTER_HOST;
  const publicUrl = (
    read.MUSTER_PUBLIC_URL ?? `http://${shown.includes(':') ? `[${shown}]` : shown}:${read.MUSTER_PORT}`
  ).replace(/\/+$/, '');
  return {
    ok: true,
    value: {
      host: read.MUSTER_HOST,
      port: read.MUSTER_PORT,
      healthPort: read.MUSTER_HEALTH_PORT,
      dataFolder: resolve(cwd, read.MUSTER_DATA),
      configFolder: resolve(cwd, read.MUSTER_CONFIG),
      authentication: read.MUSTER_AUTHENTICATION === 'required',
      allowedHosts: [...new Set([new URL(publicUrl).hostname, ...read.MUSTER_ALLOWED_HOSTS])],
      trustedProxies: read.MUSTER_TRUSTED_PROXIES,
      publicUrl,
      earlierSecrets: read.MUSTER_EARLIER_SECRETS.map((secret) => Buffer.from(secret)),
      temporalNamespace: read.TEMPORAL_NAMESPACE,
      payloadKeys: keys.value,
      ...given({
        rateLimit: read.MUSTER_RATE_LIMIT,
        secret: read.MUSTER_SECRET,
        temporalAddress: read.TEMPORAL_ADDRESS,
      }),
    },
  };
}
