/**
 * A Teams Workflows webhook on loopback: keeps accepted cards, and refuses the same cards as the
 * flow. Knows nothing of Muster.
 */
import { startVendor, type Vendor, type VendorReply, type VendorRequest } from './vendor';

export interface TeamsCard {
  readonly type: string;
  readonly version: string;
  readonly body: readonly { type: string; inlines?: readonly { text: string }[] }[];
  readonly actions: readonly { type: string; title: string; url: string }[];
}
export interface TeamsFake extends Vendor {
  readonly webhookUrl: string;
  readonly cards: readonly TeamsCard[];
  /** The text that a reader sees, line by line. */
  lines(): string[][];
}

export const teamsSecret = 'a-Very_secret-Signature%2Fof-the-flow';
const path = '/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke';

export async function startTeams(): Promise<TeamsFake> {
  const cards: TeamsCard[] = [];
  const handle = ({ method, path: called, query, json, text }: VendorRequest): VendorReply => {
    if (method !== 'POST' || called !== path || query.get('sig') !== decodeURIComponent(teamsSecret))
      return { status: 401, json: { error: { code: 'DirectApiAuthorizationRequired', message: `not for ${called}` } } };
    if (Buffer.byteLength(text) > 28 * 1024) return { status: 413, json: { error: { code: 'RequestEntityTooLarge' } } };
    const { type, attachments } = json as { type: string; attachments?: { contentType: string; content: TeamsCard }[] };
    const card = attachments?.[0];
    if (type !== 'message' || card?.contentType !== 'application/vnd.microsoft.card.adaptive')
      return {
        status: 400,
        json: { error: { code: 'InvalidRequestContent', message: "'attachments' is of type Null" } },
      };
    cards.push(card.content);
    return { status: 202 };
  };
  const vendor = await startVendor(handle);
  return {
    ...vendor,
    webhookUrl: `${vendor.url}${path}?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${teamsSecret}`,
    cards,
    lines: () => cards.map(({ body }) => body.map(({ inlines = [] }) => inlines.map(({ text }) => text).join(''))),
  };
}
