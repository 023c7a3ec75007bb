/**
 * Owns the body of a notification on the wire. It is made of the request alone, so every retry has
 * the same bytes; the time of the attempt travels in headers. Knows no channel.
 */
import { dayMs, publicTitle, type SendRequest } from '../domain';

export interface WireLinks {
  /** Address of the process in the API or on the page. */
  processUrl(process: SendRequest['process']): string;
  /**
   * One-tap acknowledge address for `person`, valid until `expiresAt` (epoch ms); undefined where
   * none can be given.
   */
  ackUrl(process: string, person: string, expiresAt: number): string | undefined;
}

/** A page's acknowledge link works for a week. */
const ackValidForMs = 7 * dayMs;

/** The one-tap link of a message that asks for an acknowledgement; the same on every attempt. */
export function acknowledgeUrl(request: SendRequest, links: WireLinks): string | undefined {
  // Counted from the firing, which a retry does not move: the link must not differ between
  // attempts.
  const expiresAt = request.nominalAt + request.late + ackValidForMs;
  return request.canAcknowledge ? links.ackUrl(request.process.id, request.recipient, expiresAt) : undefined;
}

/**
 * The JSON body of `request`, with its words for programs: instants in RFC 3339, people by their
 * ids.
 */
export function wireBody(request: SendRequest, words: { text: string; why: string }, links: WireLinks): string {
  const { key, kind, process, deadlines, rung, nominalAt, recipient, late } = request;
  const { text, why } = words;
  return JSON.stringify({
    key,
    kind,
    // What a public audience gets may be published as it is: no title, service or address of ours.
    process: request.public
      ? { ...process, title: publicTitle(process), services: [], url: null }
      : { ...process, url: links.processUrl(process) },
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
