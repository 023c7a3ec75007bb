/**
 * Owns the body of a notification on the wire. The body is made of the request alone, so every
 * retry has the same bytes; the time of the attempt travels in headers. Knows no channel.
 */
import { given } from '../given';
import { dayMs, publicTitle, type SendRequest } from '../domain';

export interface WireLinks {
  /** Address of the process in the API or on the page. */
  processUrl(process: SendRequest['process']): string;
  /**
   * The one-tap address by which the recipient of a page acknowledges, valid until `expiresAt`
   * (epoch ms); undefined when there is no such address.
   */
  ackUrl(page: AckPage, expiresAt: number): string | undefined;
}
/** What of a page its link stands for. */
export interface AckPage extends Pick<SendRequest, 'recipient' | 'round'> {
  readonly process: Pick<SendRequest['process'], 'id' | 'mark'>;
}

/** The acknowledge link of a page works for a day; then it shows how things stand. */
const ackValidForMs = dayMs;

/** The one-tap link of a message that asks for an acknowledgement; the same on every attempt. */
export function acknowledgeUrl(request: SendRequest, links: WireLinks): string | undefined {
  // The day counts from the firing, which a retry does not move: the link must be the same on
  // every attempt.
  const expiresAt = request.nominalAt + request.late + ackValidForMs;
  return request.canAcknowledge ? links.ackUrl(request, expiresAt) : undefined;
}

/**
 * The JSON body of `request`, for programs: instants in RFC 3339, people as ids. `words` are the
 * text and the reason of the message, written in the same way.
 */
export function wireBody(request: SendRequest, words: { text: string; why: string }, links: WireLinks): string {
  const { key, kind, process, deadlines, rung, nominalAt, recipient, late, test, notice } = request;
  const { text, why } = words;
  return JSON.stringify({
    key,
    kind,
    ...given({ test, notice }),
    // The channel of a public audience may publish the body unchanged, so the body has no internal
    // title, service or address.
    process: request.public
      ? { ...process, title: publicTitle(process), services: [], url: null }
      : { ...process, url: notice ? null : links.processUrl(process) },
    deadlines: deadlines.map((deadline) => ({
      id: deadline.id,
      kind: deadline.kind,
      dueAt: new Date(deadline.dueAt).toISOString(),
    })),
    rung,
    nominalAt: new Date(nominalAt).toISOString(),
    recipient,
    why,
    links: request.links,
    ackUrl: acknowledgeUrl(request, links) ?? null,
    late,
    text,
  });
}
