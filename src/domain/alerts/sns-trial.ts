/**
 * Owns what would come of a message of Amazon SNS besides its alerts: a subscription that begins or
 * ends, and a message that the source refuses. For people who write alerts.yaml; whether SNS signed
 * it, nobody is asked here.
 */
import type { AlertTrial } from '../../contracts/alerts-view';

type SnsTrial = NonNullable<AlertTrial['sns']>;

/**
 * What would come of `body`; undefined: it is read as that of any sender. `topics`: those of a
 * source with `signature: sns`; undefined for any other source.
 */
export function triedSns(body: unknown, topics: readonly string[] | undefined): SnsTrial | undefined {
  const { Type: type, TopicArn: topic } = fieldsOf(body);
  const isKnown = isType(type) && typeof topic === 'string';
  if (topics === undefined) {
    if (!isKnown || type !== 'SubscriptionConfirmation') return undefined;
    const because = 'the source has no `signature: sns`, so nobody confirms the subscription, and SNS sends nothing';
    return { says: 'unconfirmed', topic, because };
  }
  if (!isKnown) return { says: 'refused', because: 'this is no message of SNS: its Type is missing or unknown' };
  if (!topics.includes(topic))
    return { says: 'refused', topic, because: 'the topic is not one of the topics of this source' };
  switch (type) {
    case 'Notification':
      return undefined;
    case 'SubscriptionConfirmation':
      return { says: 'confirmed', topic };
    case 'UnsubscribeConfirmation':
      return { says: 'ended', topic };
  }
}

const types = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const;
const isType = (word: unknown): word is (typeof types)[number] => types.some((type) => type === word);

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}
