/**
 * Owns how payloads are encrypted on their way to Temporal and opened on their way back:
 * AES-256-GCM with a random nonce, under the first key of a list that is all tried by their ids.
 * Knows neither where keys come from nor what a payload means.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { plainEntry, type PayloadKey, type PayloadKeys } from './config';
import { undecodableEncoding, undecodablePayload, type Unopened } from './workflows/payload-converter';

/** The encoding that an encrypted payload names; a later format gets a name of its own. */
export const sealedEncoding = 'binary/muster-aes-256-gcm';
/** The field of the metadata with the id of the key. */
const keyField = 'muster-key';
const nonceBytes = 12;
const tagBytes = 16;

/** A payload that this installation's keys do not open. Says which key, never what is in it. */
export class UnreadablePayload extends Error {
  override readonly name = 'UnreadablePayload';
}

/**
 * Who reads. A client gets an error for a payload that it cannot read. A worker passes such a
 * payload on, marked, where its workflow code can refuse it: an error here would fail the task, and
 * one Signal of a stranger would keep a process from all that it has to do.
 */
export type PayloadReader = 'client' | 'worker';

const { Payload: wire } = temporal.api.common.v1;

/** The codec of a list of keys. */
export function payloadCodec(keys: PayloadKeys, reader: PayloadReader): PayloadCodec {
  const [first] = keys;
  return {
    encode: async (payloads) => (first === plainEntry ? payloads : payloads.map((payload) => seal(payload, first))),
    decode: async (payloads, context) => payloads.map((payload) => read(payload, keys, reader, context)),
  };
}

/** The id of the key under which a payload is encrypted; `plain` if under none. */
export function keyIdOf({ metadata }: Payload): string {
  if (textOf(metadata?.['encoding']) !== sealedEncoding) return plainEntry;
  return textOf(metadata?.[keyField]).slice(0, 32);
}

/** Whether payloads are encrypted when they are written. */
export function seals([first]: PayloadKeys): boolean {
  return first !== plainEntry;
}

function seal(payload: Payload, { id, key }: PayloadKey): Payload {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(id));
  const sealed = [cipher.update(wire.encode(payload).finish()), cipher.final()];
  return {
    metadata: { encoding: Buffer.from(sealedEncoding), [keyField]: Buffer.from(id) },
    data: Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]),
  };
}

function read(
  payload: Payload,
  keys: PayloadKeys,
  reader: PayloadReader,
  context: SerializationContext | undefined,
): Payload {
  const opened = openPayload(payload, keys);
  if (opened.ok) return opened.payload;
  // What an activity got or answered is Muster's own, whatever it is: nothing can refuse it.
  if (reader === 'client' || context?.type === 'activity') throw new UnreadablePayload(opened.because);
  return undecodablePayload(opened.because, opened.unopened);
}

type Opened =
  | { readonly ok: true; readonly payload: Payload }
  | { readonly ok: false; readonly because: string; readonly unopened?: Unopened };

/** The payload as it was written, or why it cannot be read. */
export function openPayload(payload: Payload, keys: PayloadKeys): Opened {
  const id = keyIdOf(payload);
  if (id === plainEntry) {
    // Only this codec marks payloads so; whoever else does would have a say in what is read.
    if (textOf(payload.metadata?.['encoding']) === undecodableEncoding)
      return { ok: false, because: 'it has an encoding that nobody may send' };
    if (keys.includes(plainEntry) || isWordOfTemporal(payload)) return { ok: true, payload };
    return { ok: false, because: 'it is not encrypted, and MUSTER_PAYLOAD_KEYS has no plain', unopened: 'plain' };
  }
  const found = keys.filter((key) => key !== plainEntry).find((key) => key.id === id);
  if (found === undefined) {
    const because = `it is encrypted under the key ${JSON.stringify(id)}, which MUSTER_PAYLOAD_KEYS does not have`;
    return { ok: false, because, unopened: 'locked' };
  }
  const opened = unseal(payload, found);
  if (opened !== undefined) return { ok: true, payload: opened };
  // Held back too: it may be the alert of an API that was given other bytes under this id. Whoever
  // can send a forged one to Temporal can end the process as well.
  const because = `the key ${JSON.stringify(id)} of MUSTER_PAYLOAD_KEYS does not open it: the payload was changed, or the key has other bytes than when it was written`;
  return { ok: false, because, unopened: 'locked' };
}

/**
 * Temporal's server writes plain words of its own into histories, such as why an activity was
 * cancelled: "ACTIVITY_ID_NOT_STARTED". Without them, a page that is called off while it waits for
 * its next attempt would stop its process. No command is one capital word.
 */
function isWordOfTemporal({ metadata, data }: Payload): boolean {
  return (
    textOf(metadata?.['encoding']) === 'json/plain' && /^"[A-Z][A-Z_]{0,63}"$/.test(textOf(data?.subarray(0, 100)))
  );
}

function unseal({ data }: Payload, { id, key }: PayloadKey): Payload | undefined {
  const bytes = data ?? new Uint8Array();
  if (bytes.length < nonceBytes + tagBytes) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
      .setAAD(boundTo(id))
      .setAuthTag(bytes.subarray(-tagBytes));
    const text = [decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()];
    return wire.decode(Buffer.concat(text));
  } catch {
    return undefined;
  }
}

/** What a payload is bound to: it opens under no other encoding and under no other id. */
function boundTo(id: string): Buffer {
  return Buffer.from(`${sealedEncoding}\0${id}`);
}
function textOf(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString();
}
