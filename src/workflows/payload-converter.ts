/**
 * Owns what becomes of a payload that cannot be decoded: a value that the shape check refuses,
 * instead of an error. An error here would be thrown before any handler and retried for ever, so
 * one bad signal would block its process for good. Loaded by workers, clients and the workflow
 * bundle alike. Knows nothing of commands.
 */
import { DefaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';

/** Stands for a payload that could not be decoded. */
export interface Undecodable {
  readonly undecodable: true;
  readonly because: string;
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

class ForgivingPayloadConverter implements PayloadConverter {
  private readonly inner = new DefaultPayloadConverter();

  toPayload<T>(value: T): Payload {
    return this.inner.toPayload(value);
  }

  fromPayload<T>(payload: Payload): T {
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
