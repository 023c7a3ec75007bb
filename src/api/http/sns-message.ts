/**
 * Owns what a message of Amazon SNS is, and whether SNS signed it: its fields, the text that is
 * signed, and the certificate that has to be its. Asks nobody. SNS signs for every account of AWS,
 * so a signature means something only for a topic that somebody allowed.
 */
import { verify, X509Certificate, type KeyObject } from 'node:crypto';
import { isSnsType, snsRefusals, type Instant, type SnsType } from '../../domain';
import { given } from '../../given';
import type { ReadBody } from './read-body';

/** The fields that SNS signs, in the order in which it does. `Subject` may be missing. */
const signedFields = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const satisfies Record<SnsType, readonly string[]>;

export interface SnsMessage {
  readonly type: SnsType;
  readonly messageId: string;
  readonly topic: string;
  /** The text that SNS signed. */
  readonly signedText: string;
  readonly signature: Buffer;
  readonly digest: 'sha1' | 'sha256';
  readonly certificateUrl: URL;
  /** Confirms the subscription when it is asked. Never of a notification. */
  readonly subscribeUrl?: URL;
}

/** What is wrong. It holds no secret: SNS shows it in its own log of deliveries. */
export type SnsFault = { readonly ok: false; readonly because: string };
type Read<T> = { readonly ok: true; readonly value: T } | SnsFault;
const fault = (because: string): SnsFault => ({ ok: false, because });

/**
 * SNS tries again for an hour at most, and every attempt has the time of the first. An older
 * message is not one that is late: somebody who heard it may be sending it again. Within that time
 * a repeat changes nothing, because an alert is known by its identity.
 */
const longestRetryMs = 60 * 60_000;
const clocksDifferMs = 5 * 60_000;

/**
 * The message in a body, for one of `topics`, as of `now`. Not yet proved: see `isSignedBy`. All
 * that can be checked without asking SNS is checked here, so that a stranger makes Muster ask
 * nobody.
 */
export function readSnsMessage(body: ReadBody, topics: readonly string[], now: Instant): Read<SnsMessage> {
  if (!body.ok) return fault(`this is no message of SNS: ${body.because}`);
  if (typeof body.value !== 'object' || body.value === null) return fault('this is no message of SNS');
  const fields = body.value as Readonly<Record<string, unknown>>;
  const textOf = (name: string) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const type = textOf('Type') ?? '';
  if (!isSnsType(type)) return fault(snsRefusals.type);
  const parts: string[] = [];
  for (const name of signedFields[type]) {
    const value = textOf(name);
    if (value === undefined && name === 'Subject') continue;
    if (value === undefined) return fault(`the message of SNS has no ${name}`);
    // Fields are signed as lines: a line within one could stand for another field.
    if (name !== 'Message' && value.includes('\n')) return fault(`${name} of the message of SNS has several lines`);
    parts.push(`${name}\n${value}\n`);
  }
  const topic = textOf('TopicArn')!;
  if (!topics.includes(topic)) return fault(snsRefusals.topic);
  const at = instantIn(textOf('Timestamp')!);
  if (at === undefined) return fault('the Timestamp of the message of SNS cannot be read');
  if (now - at > longestRetryMs + clocksDifferMs || at - now > clocksDifferMs)
    return fault('the message of SNS is older than its retries, an hour, or from the future');
  const digest = digests[textOf('SignatureVersion') ?? ''];
  if (digest === undefined) return fault('the SignatureVersion is not 1 or 2');
  const signature = bytesIn(textOf('Signature') ?? '');
  if (signature === undefined) return fault('the Signature is missing, or is no base64');
  const certificateUrl = urlAt(topic, textOf('SigningCertURL') ?? '');
  if (certificateUrl === undefined || !/^\/[\w-]+\.pem$/.test(certificateUrl.href.slice(certificateUrl.origin.length)))
    return fault(`the SigningCertURL is no certificate at ${hostOf(topic)}`);
  const subscribeUrl = type === 'Notification' ? undefined : urlAt(topic, textOf('SubscribeURL')!);
  if (type !== 'Notification' && (subscribeUrl === undefined || !confirms(subscribeUrl, topic)))
    return fault(`the SubscribeURL confirms no subscription at ${hostOf(topic)}`);
  return {
    ok: true,
    value: {
      type,
      messageId: textOf('MessageId')!,
      topic,
      signedText: parts.join(''),
      signature,
      digest,
      certificateUrl,
      ...given({ subscribeUrl }),
    },
  };
}

const digests: Readonly<Record<string, SnsMessage['digest'] | undefined>> = { '1': 'sha1', '2': 'sha256' };

function instantIn(text: string): Instant | undefined {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : at;
}

// Node skips what is no base64, so that many texts would be one signature.
function bytesIn(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined;
}

// --- Addresses -----------------------------------------------------------------------------------

/**
 * The host of SNS in the region of the topic. The configuration says the topic, so no word of a
 * message is in it: `sns.s3-us-west-2.amazonaws.com` is a bucket of anybody's.
 */
function hostOf(topic: string): string {
  const [, partition, , region] = topic.split(':');
  return `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
}

/** An address at SNS: https, no user, no port, written out. */
function urlAt(topic: string, text: string): URL | undefined {
  const host = hostOf(topic);
  if (!text.startsWith(`https://${host}/`) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  // What changes when it is read, such as %2e or a backslash, may be read otherwise elsewhere.
  return url.href === text ? url : undefined;
}

function confirms({ pathname, searchParams }: URL, topic: string): boolean {
  const [action, ...others] = searchParams.getAll('Action');
  return (
    pathname === '/' &&
    action === 'ConfirmSubscription' &&
    others.length === 0 &&
    searchParams.getAll('TopicArn').join() === topic
  );
}

// --- Certificates --------------------------------------------------------------------------------

/** A certificate, with the names for which it may sign. */
export interface SnsCertificate {
  readonly key: KeyObject;
  readonly validFrom: Instant;
  readonly validTo: Instant;
}

/**
 * The certificate in `pem`, which stood at `url`. That the address answered by TLS under the name
 * of SNS is what ties it to AWS: SNS gives no chain with it. So here is checked that it is one of
 * SNS for that region, of a key that is strong enough, and no authority.
 */
export function readSnsCertificate(pem: string, url: URL): Read<SnsCertificate> {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    return fault('what is at the SigningCertURL is no certificate');
  }
  const { publicKey: key } = certificate;
  // The common name counts only where there is no other.
  const asked = { wildcards: false, subject: 'default' } as const;
  if (!signersAt(url.host).some((name) => certificate.checkHost(name, asked) !== undefined))
    return fault('the certificate at the SigningCertURL is not one of SNS');
  if (certificate.ca || key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2_048)
    return fault('the certificate at the SigningCertURL cannot sign messages of SNS');
  const [validFrom, validTo] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  return { ok: true, value: { key, validFrom, validTo } };
}

/** The names by which SNS signs in the region of `host`, as the SDK of AWS for Java lists them. */
function signersAt(host: string): string[] {
  const [, region = '', suffix = ''] = /^sns\.([^.]+)\.(.+)$/.exec(host) ?? [];
  return [
    `sns.${suffix}`,
    host,
    `sns-signing.${region}.${suffix}`,
    `sns-${region.startsWith('us-gov-') ? 'us-gov-west-1' : region}.${suffix}`,
  ];
}

/** Whether the certificate is in force at `now`. */
export function isInForce({ validFrom, validTo }: SnsCertificate, now: Instant): boolean {
  return validFrom <= now && now <= validTo;
}

/** Whether the key of the certificate signed the message. */
export function isSignedBy({ signedText, signature, digest }: SnsMessage, { key }: SnsCertificate): boolean {
  return verify(digest, Buffer.from(signedText, 'utf8'), key, signature);
}
