/**
 * Owns how messages of Amazon SNS are proved, and how its subscriptions are confirmed: the
 * certificates that are known, and the few questions that go out to SNS. Asks by a port. Decides
 * nothing about alerts.
 */
import type { Request } from 'express';
import type { Instant } from '../../domain';
import type { ReadBody } from './read-body';
import {
  isInForce,
  isSignedBy,
  readSnsCertificate,
  readSnsMessage,
  type SnsCertificate,
  type SnsFault,
  type SnsMessage,
} from './sns-message';

/**
 * Asks an address of SNS by GET, once, and gives the text of its answer. Follows no redirect, goes
 * to no private address, takes a second or two at most. Never rejects because of the other side.
 */
export type AskSns = (url: URL) => Promise<{ readonly ok: true; readonly text: string } | SnsFault>;

/** What a message of SNS says. */
export type SnsHeard =
  | { readonly says: 'notification' }
  /** The subscription to the topic stands now. */
  | { readonly says: 'subscribed'; readonly topic: string }
  /** SNS sends no more of the topic. */
  | { readonly says: 'unsubscribed'; readonly topic: string }
  | { readonly says: 'unproven'; readonly because: string }
  /** SNS did not answer, so the message has to come again. */
  | { readonly says: 'unknown'; readonly because: string };

/** A region has one certificate, and another for some weeks when it changes. */
const mostCertificates = 50;
/** Questions that are under way: more would come from a stranger who knows a topic. */
const mostAsked = 4;
const mostConfirmed = 200;

/** What one program knows of SNS. */
export class SnsDoor {
  private readonly certificates = new Map<string, SnsCertificate>();
  private readonly asked = new Map<string, ReturnType<AskSns>>();
  /** MessageIds: SNS may send the same confirmation twice. */
  private readonly confirmed = new Set<string>();

  constructor(private readonly askSns: AskSns) {}

  /** What the request says, if SNS signed it for one of `topics`. Confirms a subscription. */
  async hear(request: Request, body: ReadBody, topics: readonly string[], now: Instant): Promise<SnsHeard> {
    if (request.get('x-amz-sns-rawdelivery') === 'true')
      return unproven('raw message delivery is on, by which messages are not signed; turn it off in the subscription');
    const read = readSnsMessage(body, topics, now);
    if (!read.ok) return unproven(read.because);
    const message = read.value;
    const certificate = await this.certificateOf(message);
    if ('says' in certificate) return certificate;
    if (!isInForce(certificate, now)) return unproven('the certificate at the SigningCertURL is not in force');
    if (!isSignedBy(message, certificate)) return unproven('the Signature of the message of SNS is wrong');
    const { topic } = message;
    switch (message.type) {
      case 'Notification':
        return { says: 'notification' };
      case 'SubscriptionConfirmation':
        return this.subscribe(message);
      // Its address would subscribe again what somebody ended.
      case 'UnsubscribeConfirmation':
        return { says: 'unsubscribed', topic };
    }
  }

  private async certificateOf({ certificateUrl: url }: SnsMessage): Promise<SnsCertificate | SnsHeard> {
    const known = this.certificates.get(url.href);
    if (known !== undefined) return known;
    const answer = await this.ask(url);
    if (!answer.ok) return { says: 'unknown', because: `the certificate of SNS did not come: ${answer.because}` };
    const read = readSnsCertificate(answer.text, url);
    if (!read.ok) return unproven(read.because);
    keep(this.certificates, url.href, read.value, mostCertificates);
    return read.value;
  }

  private async subscribe({ subscribeUrl, messageId, topic }: SnsMessage): Promise<SnsHeard> {
    if (this.confirmed.has(messageId)) return { says: 'subscribed', topic };
    const answer = await this.ask(subscribeUrl!);
    if (!answer.ok) return { says: 'unknown', because: `SNS did not confirm the subscription: ${answer.because}` };
    this.confirmed.add(messageId);
    forgetOldest(this.confirmed, mostConfirmed);
    return { says: 'subscribed', topic };
  }

  /** Two requests for one address ask once. */
  private ask(url: URL): ReturnType<AskSns> {
    const same = this.asked.get(url.href);
    if (same !== undefined) return same;
    if (this.asked.size >= mostAsked)
      return Promise.resolve({ ok: false, because: 'too many questions are under way' });
    const answer = this.askSns(url).finally(() => this.asked.delete(url.href));
    this.asked.set(url.href, answer);
    return answer;
  }
}

const unproven = (because: string): SnsHeard => ({ says: 'unproven', because });

function keep<T>(known: Map<string, T>, name: string, value: T, most: number): void {
  known.set(name, value);
  forgetOldest(known, most);
}
function forgetOldest(
  known: { size: number; keys(): Iterator<string>; delete(name: string): void },
  most: number,
): void {
  const oldest = known.keys().next();
  if (known.size > most && oldest.done !== true) known.delete(oldest.value);
}
