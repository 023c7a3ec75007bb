/**
 * Owns what is wrong with how senders of alerts.yaml prove themselves: secrets that are not set,
 * topics that are missing, two sources with one key, a pager whose word anybody could give. Shows
 * no secret.
 */
import { placeOfSecret, readSecret, secretOrNothing } from '../files/secrets';
import { listOf } from '../../domain';
import { pagerOfPreset, signatureHeaderOf } from '../alert-presets';
import type { AlertsFile, SourceFile } from '../files/alert-shapes';
import type { ConfigError, Located } from '../files/yaml-file';

/** Secrets that are not set or short, and a signature of which nobody knows where it stands. */
export function checkSecrets(
  file: Located<AlertsFile>,
  path: readonly PropertyKey[],
  { preset, key, ...source }: Pick<SourceFile, 'preset' | 'key' | 'signature'> & { readonly local?: true | undefined },
  env: NodeJS.ProcessEnv | null,
): ConfigError[] {
  const signature = source.signature === 'sns' ? undefined : source.signature;
  const hasHeader =
    signature?.header !== undefined || (preset !== undefined && signatureHeaderOf(preset) !== undefined);
  const header =
    signature !== undefined && !hasHeader
      ? [file.at([...path, 'signature'], 'expected header: the header in which the sender signs')]
      : [];
  const placed = (secrets: string | readonly string[] | undefined, at: readonly PropertyKey[]) =>
    listOf(secrets).map((secret, index) => ({ path: typeof secrets === 'string' ? at : [...at, index], secret }));
  const secrets = [
    ...placed(key, [...path, 'key']),
    ...placed(signature?.secret, [...path, 'signature', 'secret']),
  ].filter((one) => file.isSure(one.path));
  const contradicted =
    source.local === true && (key !== undefined || source.signature !== undefined)
      ? [file.at([...path, 'local'], 'a source with a key or a signature is no local one; leave local out')]
      : [];
  const unset = secrets.flatMap(({ path: at, secret }) => {
    if (env === null) return [];
    const read = readSecret(secret, env);
    if (!read.ok) return [file.at(at, read.because)];
    return read.value.length >= shortestSecret
      ? []
      : [
          file.at(
            at,
            `what ${placeOfSecret(secret)} holds is shorter than ${shortestSecret} characters, and could be guessed`,
          ),
        ];
  });
  return [...sure(file, path, [...header, ...contradicted]), ...unset];
}
const shortestSecret = 8;

/**
 * Topics that are missing, or mean nothing. SNS signs for every account of AWS, so its signature
 * alone proves nothing.
 */
export function checkTopics(
  file: Located<AlertsFile>,
  id: string,
  { preset, signature, topics }: SourceFile,
): ConfigError[] {
  const path = ['sources', id];
  if (signature !== 'sns')
    return topics === undefined
      ? []
      : sure(file, path, [file.at([...path, 'topics'], 'topics mean nothing without signature: sns; take them out')]);
  const ofAnother =
    preset === undefined || preset === 'cloudwatch'
      ? []
      : [file.at([...path, 'signature'], `SNS does not send for ${preset}; expected preset: cloudwatch, or a map`)];
  const missing =
    topics === undefined
      ? [file.at([...path, 'signature'], 'expected topics: the ARNs of the topics that may send; anybody has a topic')]
      : [];
  return sure(file, path, [...ofAnother, ...missing]);
}

/**
 * A pager without a proof: whoever reaches its address could acknowledge pages, and nobody would be
 * woken further.
 */
export function checkPager(
  file: Located<AlertsFile>,
  id: string,
  { preset, key, signature }: SourceFile,
): ConfigError[] {
  const pager = preset === undefined ? undefined : pagerOfPreset(preset);
  if (pager === undefined || key !== undefined || signature !== undefined) return [];
  const path = ['sources', id];
  const expected =
    signatureHeaderOf(preset ?? '') === undefined
      ? `key: env:NAME, which the webhook of ${pager} shows in a header (X-Api-Key); ${pager} signs nothing`
      : `signature: { secret: env:NAME }, the secret of the webhook subscription at ${pager}`;
  return sure(file, path, [
    file.at(path, `anybody who reaches it could acknowledge the pages of Muster; expected ${expected}`),
  ]);
}

/** Where a request does not name its source: the source is found by the preset and the key. */
const doors: Readonly<Record<string, string>> = {
  'pagerduty-events': '/v2/enqueue',
  'opsgenie-api': '/v2/alerts',
  victorops: '/integrations/generic/20131114/alert/KEY/ROUTE',
  prometheus: '/api/v2/alerts',
};

/** Sources of which the second is never meant at the address that they share. */
export function checkSameKeys(file: Located<AlertsFile>, env: NodeJS.ProcessEnv | null): ConfigError[] {
  const { sources } = file.value;
  return sharedKeys(file.value, env).flatMap(({ first, second, section }) => {
    const { preset } = sources[second] ?? {};
    const address = preset === undefined ? undefined : doors[preset];
    if (section !== 'sources' || address === undefined || sources[first]?.preset !== preset) return [];
    const path = ['sources', second, 'key'];
    return sure(file, path, [
      file.at(path, `${first} has the same key, and takes all that comes to ${address}; expected a key of its own`),
    ]);
  });
}

/** Sources that share a key although each would work, one sentence for each pair. */
export function sharedKeyWarnings(file: AlertsFile, env: NodeJS.ProcessEnv | null): string[] {
  return sharedKeys(file, env).map(
    ({ first, second }) =>
      `alerts.yaml: ${first} and ${second} have the same key, so whoever may send to one may send to the other; give each its own`,
  );
}

interface SharedKey {
  readonly first: string;
  readonly second: string;
  /** Where the second stands. */
  readonly section: 'sources' | 'deployments';
}
// By where it stands, and by what is there where that is known.
function sharedKeys({ sources, deployments }: AlertsFile, env: NodeJS.ProcessEnv | null): SharedKey[] {
  const held = (secret: string) => (env && secretOrNothing(secret, env)) || secret;
  const keyed = [
    ...Object.entries(sources).map(([id, { key }]) => ({ id, section: 'sources' as const, keys: listOf(key) })),
    ...Object.entries(deployments).map(([id, { key }]) => ({ id, section: 'deployments' as const, keys: listOf(key) })),
  ].map((one) => ({ ...one, keys: one.keys.map(held) }));
  return keyed.flatMap(({ id, section, keys }, index) => {
    const before = keyed.slice(0, index).find((other) => other.keys.some((key) => keys.includes(key)));
    return before === undefined ? [] : [{ first: before.id, second: id, section }];
  });
}

/** `faults` of what stands at `path`; none where the file does not say all of it. */
export function sure(file: Located<AlertsFile>, path: readonly PropertyKey[], faults: ConfigError[]): ConfigError[] {
  return file.isSure(path) ? faults : [];
}
