/** Owns the links that stand in messages: where a process is, and where a page is acknowledged. */
import { signAckToken } from '../activities/ack-token';
import type { WireLinks } from '../activities/wire';
import { given } from '../given';

/** The links of the installation that people reach at `publicUrl`, signed with `secret`. */
export function linksUnder(publicUrl: string, secret: Buffer): WireLinks {
  return {
    // A release has no page yet.
    processUrl: ({ kind, id }) =>
      kind === 'incident' ? `${publicUrl}/incidents/${id}` : `${publicUrl}/v1/releases/${id}`,
    ackUrl: ({ process: { id, mark }, recipient, round }, exp) =>
      `${publicUrl}/v1/ack/${signAckToken(secret, { process: id, person: recipient, exp, ...given({ mark, round }) })}`,
  };
}
