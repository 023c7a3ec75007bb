/** Owns the links that stand in messages: where a process is, and where a page is acknowledged. */
import { signAckToken } from '../activities/ack-token';
import type { WireLinks } from '../activities/wire';
import { processPath } from '../contracts/typed-id';
import { given } from '../given';

/** The links of the installation that people reach at `publicUrl`, signed with `secret`. */
export function linksUnder(publicUrl: string, secret: Buffer): WireLinks {
  return {
    processUrl: ({ kind, id }) => `${publicUrl}/${processPath(kind, id)}`,
    ackUrl: ({ process: { id, mark }, recipient, round }, exp) =>
      `${publicUrl}/v1/ack/${signAckToken(secret, { process: id, person: recipient, exp, ...given({ mark, round }) })}`,
  };
}
