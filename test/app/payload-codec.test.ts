/** What the codec of payloads writes, what it reads, and what it says of what it cannot read. */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import type { PayloadKey } from '../../src/config';
import { keyIdOf, payloadCodec, sealedEncoding, UnreadablePayload } from '../../src/payload-codec';
import { isUndecodable, payloadConverter, undecodablePayload, unopenedAs } from '../../src/workflows/payload-converter';
import { keysOf } from '../support/payload-keys';

const secret = 'Checkout leaks cards';
const payload = (value: unknown = secret): Payload => defaultPayloadConverter.toPayload(value);
const written = async (...ids: [string, ...string[]]) =>
  (await payloadCodec(keysOf(...ids), 'client').encode([payload()]))[0]!;
const valueOf = (read: Payload) => payloadConverter.fromPayload<unknown>(read);
const asClient = async (found: Payload, ...ids: [string, ...string[]]) =>
  valueOf((await payloadCodec(keysOf(...ids), 'client').decode([found]))[0]!);
const asWorker = async (found: Payload, ...ids: [string, ...string[]]) =>
  valueOf((await payloadCodec(keysOf(...ids), 'worker').decode([found], ofWorkflow))[0]!);
/** What a worker makes of a payload that it cannot read. */
const heldBack = async (found: Payload, ...ids: [string, ...string[]]) => {
  const value = await asWorker(found, ...ids);
  return isUndecodable(value) ? { because: value.because, unopened: unopenedAs(value) } : value;
};
const ofWorkflow = { type: 'workflow', namespace: 'default', workflowId: 'INC-1' } as const;
const ofActivity = { type: 'activity', namespace: 'default', isLocal: false } as const;
const bytesOf = ({ metadata, data }: Payload) => Buffer.concat([...Object.values(metadata ?? {}), data!]).toString();

test('what is written under a key can be read with it, and shows nothing but the id of the key', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      const [sealed] = await payloadCodec(keysOf('k1'), 'client').encode([payload(value)]);
      expect(await asClient(sealed!, 'k1')).toEqual(defaultPayloadConverter.fromPayload(payload(value)));
    }),
    { numRuns: 50 },
  );
  const sealed = await written('k1');
  expect(bytesOf(sealed)).not.toContain('Checkout');
  expect(bytesOf(sealed)).not.toContain('json/plain');
  expect(keyIdOf(sealed)).toBe('k1');
});

test('the same payload is never written twice alike', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, async () => bytesOf(await written('k1'))));
  expect(new Set(all).size).toBe(20);
});

test('the first entry writes, every entry reads: rotation, switching on and switching off', async () => {
  expect(keyIdOf(await written('k2', 'k1', 'plain'))).toBe('k2');
  expect(keyIdOf(await written('plain', 'k1'))).toBe('plain');
  for (const found of [await written('k2'), await written('k1'), payload()])
    for (const list of [
      ['k2', 'k1', 'plain'],
      ['plain', 'k1', 'k2'],
    ] as [string, ...string[]][]) {
      expect(await asClient(found, ...list)).toBe(secret);
      expect(await asWorker(found, ...list)).toBe(secret);
    }
});

test('a payload of a key that is gone names the key; a worker holds it back for the key', async () => {
  const found = await written('k1');
  const because = 'it is encrypted under the key "k1", which MUSTER_PAYLOAD_KEYS does not have';
  await expect(asClient(found, 'k2', 'plain')).rejects.toThrow(new UnreadablePayload(because));
  expect(await heldBack(found, 'k2', 'plain')).toEqual({ because, unopened: 'locked' });
  expect(await heldBack(found, 'plain')).toMatchObject({ unopened: 'locked' });
});

test('with keys, a plain payload is not read, unless the list says plain', async () => {
  const because = 'it is not encrypted, and MUSTER_PAYLOAD_KEYS has no plain';
  await expect(asClient(payload(), 'k1')).rejects.toThrow(new UnreadablePayload(because));
  expect(await heldBack(payload(), 'k1')).toEqual({ because, unopened: 'plain' });
});

test('a word that Temporal itself writes is read: it cancels an activity that waits for its next attempt', async () => {
  const word = payload('ACTIVITY_ID_NOT_STARTED');
  const [read] = await payloadCodec(keysOf('k1'), 'worker').decode([word], ofActivity);
  expect(valueOf(read!)).toBe('ACTIVITY_ID_NOT_STARTED');
  for (const other of ['Checkout', 'INC-2026-12-07-001', 'A'.repeat(200), { A: 'B' }, ['A'], null])
    expect(await heldBack(payload(other), 'k1')).toMatchObject({ unopened: 'plain' });
});

test('what an activity was given or answered is read or is an error: nothing could refuse it', async () => {
  const codec = payloadCodec(keysOf('k2'), 'worker');
  for (const found of [payload(), await written('k1')])
    await expect(codec.decode([found], ofActivity)).rejects.toThrow(UnreadablePayload);
});

test('a payload that was changed, cut, or moved to another id does not open, and says nothing of its content', async () => {
  const sealed = await written('k1');
  const changed = [0, 12, 20, sealed.data!.length - 1].map((at) => {
    const data = Buffer.from(sealed.data!);
    data[at]! ^= 1;
    return { ...sealed, data };
  });
  const cut = [0, 5, 27, 28].map((length) => ({ ...sealed, data: sealed.data!.subarray(0, length) }));
  const none: Payload = { metadata: sealed.metadata! };
  for (const broken of [...changed, ...cut, none]) {
    expect(await heldBack(broken, 'k1', 'plain')).toEqual({
      because: expect.stringMatching(/^the key "k1" of MUSTER_PAYLOAD_KEYS does not open it/) as string,
      unopened: 'locked',
    });
  }
  // Other bytes under the same id, and the same bytes under another id.
  const moved = { ...sealed, metadata: { ...sealed.metadata, 'muster-key': Buffer.from('k2') } };
  expect(await heldBack(moved, 'k1', 'k2')).toMatchObject({ unopened: 'locked' });
  const [one] = keysOf('k1') as [PayloadKey];
  const [read] = await payloadCodec([{ ...one, id: 'k2' }], 'worker').decode([moved], ofWorkflow);
  expect(unopenedAs(valueOf(read!))).toBe('locked');
});

test('an id that a stranger made up is shown in one short quoted piece', async () => {
  const metadata = { encoding: Buffer.from(sealedEncoding), 'muster-key': Buffer.from(`a"\n${'x'.repeat(5_000)}`) };
  const read = await asWorker({ metadata, data: Buffer.alloc(40) }, 'k1');
  expect(isUndecodable(read) && read.because.length).toBeLessThan(150);
  expect(isUndecodable(read) && read.because).toContain('the key "a\\"\\nxxx');
});

test('nobody but the codec can mark a payload as held back', async () => {
  for (const list of [['plain'], ['k1'], ['k1', 'plain']] as [string, ...string[]][])
    expect(await heldBack(undecodablePayload('wait for me', 'locked'), ...list)).toEqual({
      because: 'it has an encoding that nobody may send',
      unopened: undefined,
    });
  const alike = { undecodable: true, because: 'wait for me', unopened: 'locked' };
  expect(await heldBack(payload(alike), 'plain')).toEqual({ because: 'wait for me', unopened: undefined });
});
