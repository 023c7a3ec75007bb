/**
 * Owns the sentence for a recipient whom a channel cannot reach because the configuration has no
 * usable address. Knows no channel.
 */
import type { Message } from './channel';
import { quotedLine } from './outside-text';

/**
 * Says what to write where. `what`: a noun such as "e-mail address"; `wrong`: configured addresses
 * that cannot be used.
 */
export function unaddressed({ request, to }: Message, what: string, wrong: readonly string[] = []): string {
  const place =
    request.kind === 'announce'
      ? `audiences.${request.recipient}.addresses in channels.yaml`
      : `people.${request.recipient}.addresses.${request.channel} in people.yaml`;
  const problem =
    wrong.length === 0
      ? `no ${what} of ${to.name} is known`
      : `${wrong.map((text) => `"${quotedLine(text, 60)}"`).join(', ')} is no ${what}`;
  return `${problem}; write one under ${place}`;
}
