/**
 * Plays Amazon SNS on loopback: it signs messages with a key and a certificate of its own, serves
 * that certificate, and counts who confirms a subscription. Not made from the code under test.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sign } from 'node:crypto';
import { snsAsker } from '../../../src/app/ask-sns';
import type { AskSns } from '../../../src/api/http/sns';
import { certificateOf, rsaPair, type CertificateWish, type Pair } from '../certificates';

export type SnsFields = Record<string, string>;

export interface FakeSns {
  /** The port, by the client that goes out in earnest; only the host is another. */
  readonly ask: AskSns;
  /** What was asked, as the address at SNS. */
  readonly asked: string[];
  /** What is answered instead of a certificate or a confirmation; undefined: as SNS does. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** The certificates by path. */
  readonly certificates: Map<string, string>;
  /** The message with its signature. */
  signed(fields: SnsFields, by?: { version?: '1' | '2'; pair?: Pair }): SnsFields;
  close(): Promise<void>;
}

export const region = 'eu-west-1';
export const host = `sns.${region}.amazonaws.com`;
export const topic = `arn:aws:sns:${region}:123456789012:payments-alarms`;
export const certificatePath = '/SimpleNotificationService-0000000000000000000000000000abcd.pem';

/** One pair for all fakes of a file: to make a key takes time. */
const pair = rsaPair();
export const snsPair = pair;

/** The lines that SNS signs, from its documentation. */
function signedLines(fields: SnsFields): string {
  const names =
    fields['Type'] === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  return names.flatMap((name) => (name in fields ? [`${name}\n${fields[name]}\n`] : [])).join('');
}

/** `wish`: the certificate that is served. */
export async function fakeSns(wish: CertificateWish): Promise<FakeSns> {
  const certificates = new Map([[certificatePath, certificateOf(pair, wish)]]);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (fake.answer) return fake.answer(request, response);
    const url = new URL(request.url ?? '/', 'http://sns');
    const pem = certificates.get(url.pathname);
    if (pem !== undefined) return void response.end(pem);
    if (url.searchParams.get('Action') === 'ConfirmSubscription')
      return void response.end('<ConfirmSubscriptionResponse/>');
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asker = snsAsker(() => 0, new AbortController().signal, { allowHosts: ['127.0.0.1'] });
  const fake: FakeSns = {
    ask: (url) => asker.ask(new URL(url.pathname + url.search, origin)),
    asked,
    answer: undefined,
    certificates,
    signed: (fields, { version = '1', pair: by = pair } = {}) => ({
      SigningCertURL: `https://${host}${certificatePath}`,
      ...fields,
      SignatureVersion: version,
      Signature: sign(version === '1' ? 'sha1' : 'sha256', Buffer.from(signedLines(fields)), by.privateKey).toString(
        'base64',
      ),
    }),
    close: async () => {
      await asker.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}
