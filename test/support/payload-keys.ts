/** Lists of payload keys, by short ids: `k1`, `k2`, `plain`. */
import { createSecretKey } from 'node:crypto';
import { plainEntry, type PayloadKeys } from '../../src/config';

/** The entry of MUSTER_PAYLOAD_KEYS for `id`; each id has a key of its own. */
export function keyEntry(id: string): string {
  return id === plainEntry ? id : `${id}:${bytesOf(id).toString('base64')}`;
}

/** The list of these ids, the first of which writes. */
export function keysOf(...ids: [string, ...string[]]): PayloadKeys {
  const [first, ...others] = ids.map((id) =>
    id === plainEntry ? plainEntry : { id, key: createSecretKey(bytesOf(id)) },
  );
  return [first!, ...others];
}

function bytesOf(id: string): Buffer {
  return Buffer.alloc(32, id);
}
