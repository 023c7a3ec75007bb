/**
 * Owns what becomes of a payload that cannot be decoded: a value that the shape check refuses,
 * instead of an error. An error here would be thrown before any handler and retried for ever, so
 * one bad signal would block its process for good. Loaded by workers, clients and the workflow
 * bundle alike. Knows nothing of commands.
 */
import { DefaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';
import { decode, encode } from '@temporalio/common/lib/encoding';

/** Stands for a payload that could not be decoded. */
export interface Undecodable {
  readonly undecodable: true;
  readonly because: string;
}

/**
 * Why a codec did not open a payload: it is not encrypted, or it is under a key that is not here.
 */
export type Unopened = 'plain' | 'locked';

// Beside the values and not in them: a client may send a value of any shape.
const unopenedValues = new WeakMap<object, Unopened>();

/**
 * Why the codec did not open the payload for which `value` stands. Undefined if no list of payload
 * keys would read it, so that nobody decides otherwise with another list.
 */
export function unopenedAs(value: unknown): Unopened | undefined {
  return typeof value === 'object' && value !== null ? unopenedValues.get(value) : undefined;
}

/** True when `value` stands for a payload that could not be decoded. */
export function isUndecodable(value: unknown): value is Undecodable {
  return (
    typeof value === 'object' &&
    value !== null &&
    'undecodable' in value &&
    value.undecodable === true &&
    'because' in value
  );
}

/** The encoding by which a codec tells this converter that a payload cannot be read. */
export const undecodableEncoding = 'muster/undecodable';
const unopenedField = 'muster-unopened';

/** What a codec hands on instead of a payload that it cannot read. */
export function undecodablePayload(because: string, unopened?: Unopened): Payload {
  return {
    metadata: {
      encoding: encode(undecodableEncoding),
      ...(unopened === undefined ? {} : { [unopenedField]: encode(unopened) }),
    },
    data: encode(because),
  };
}

function undecodableOf({ metadata, data }: Payload): Undecodable {
  const value: Undecodable = { undecodable: true, because: decode(data ?? new Uint8Array()) };
  const unopened = decode(metadata?.[unopenedField] ?? new Uint8Array());
  if (unopened === 'plain' || unopened === 'locked') unopenedValues.set(value, unopened);
  return value;
}

class ForgivingPayloadConverter implements PayloadConverter {
  private readonly inner = new DefaultPayloadConverter();

  toPayload<T>(value: T): Payload {
    return this.inner.toPayload(value);
  }

  fromPayload<T>(payload: Payload): T {
    const { encoding } = payload.metadata ?? {};
    if (encoding && decode(encoding) === undecodableEncoding) return undecodableOf(payload) satisfies Undecodable as T;
    try {
      return this.inner.fromPayload<T>(payload);
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      return { undecodable: true, because } satisfies Undecodable as T;
    }
  }
}

/** The export that the SDK looks for in the module at `payloadConverterPath`. */
export const payloadConverter: PayloadConverter = new ForgivingPayloadConverter();
