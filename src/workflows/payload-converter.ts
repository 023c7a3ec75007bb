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
  /**
   * The codec did not open it. `locked`: with a key that is not here it would be read, so whoever
   * decides over it now would decide otherwise when the key is back.
   */
  readonly codec?: 'foreign' | 'locked';
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
const lockedField = 'muster-locked';
type Unopened = NonNullable<Undecodable['codec']>;

/** What a codec hands on instead of a payload that it cannot read. */
export function undecodablePayload(because: string, codec: Unopened): Payload {
  return {
    metadata: { encoding: encode(undecodableEncoding), ...(codec === 'locked' ? { [lockedField]: encode('1') } : {}) },
    data: encode(because),
  };
}

class ForgivingPayloadConverter implements PayloadConverter {
  private readonly inner = new DefaultPayloadConverter();

  toPayload<T>(value: T): Payload {
    return this.inner.toPayload(value);
  }

  fromPayload<T>(payload: Payload): T {
    const { metadata, data } = payload;
    if (metadata?.['encoding'] && decode(metadata['encoding']) === undecodableEncoding) {
      const because = decode(data ?? new Uint8Array());
      const codec: Unopened = metadata[lockedField] === undefined ? 'foreign' : 'locked';
      return { undecodable: true, because, codec } satisfies Undecodable as T;
    }
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
