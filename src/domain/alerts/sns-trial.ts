/**
 * Owns what would come of a message of Amazon SNS besides its alerts: a subscription that begins or
 * ends, and a message that the source refuses. For people who write alerts.yaml; whether SNS signed
 * it, nobody is asked here.
 */
import type { AlertTrial } from '../../contracts/alerts-view';

type SnsTrial = NonNullable<AlertTrial['sns']>;

/** What a message of SNS may be, by its field `Type`. */
const snsTypes = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const;
export type SnsType = (typeof snsTypes)[number];
export function isSnsType(word: unknown): word is SnsType {
  return snsTypes.some((type) => type === word);
}
/** Why a source with `signature: sns` refuses a message, whoever signed it. */
export const snsRefusals = {
  type: 'this is no message of SNS: its Type is missing or unknown',
  topic: 'the topic is not one of the topics of this source',
} as const;

/**
 * What would come of `body`; undefined: it is read as that of any sender. `topics`: those of a
 * source with `signature: sns`; undefined for any other source.
 */
export function triedSns(body: unknown, topics: readonly string[] | undefined): SnsTrial | undefined {
  const { Type: type, TopicArn: topic } = fieldsOf(body);
  const isKnown = isSnsType(type) && typeof topic === 'string';
  if (topics === undefined) {
    if (!isKnown || type !== 'SubscriptionConfirmation') return undefined;
    const because = 'the source has no `signature: sns`, so nobody confirms the subscription, and SNS sends nothing';
    return { says: 'unconfirmed', topic, because };
  }
  if (!isKnown) return { says: 'refused', because: snsRefusals.type };
  if (!topics.includes(topic)) return { says: 'refused', topic, because: snsRefusals.topic };
  switch (type) {
    case 'Notification':
      return undefined;
    case 'SubscriptionConfirmation':
      return { says: 'confirmed', topic };
    case 'UnsubscribeConfirmation':
      return { says: 'ended', topic };
  }
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}
