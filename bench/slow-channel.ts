/**
 * Whether one slow channel delays another. Measures the lateness of a page over a quick receiver,
 * with and without three hundred announcements that wait for a receiver which accepts the
 * connection and never answers. The same processes on both sides, taking turns.
 */
import { policyOf } from '../src/config/in-force';
import type { Policy } from '../src/domain';
import { instantsAhead, oursLate } from './lateness';
import { hungChannel, type Sides } from './sides';
import { percentile, ratioRow, type Round, type Row } from './table';

const rounds = 3;

export async function slowChannel(sides: Sides): Promise<Row[]> {
  const p50: Round[] = [];
  const p99: Round[] = [];
  const quiet = policyOf(sides.config, 'incident', Date.now());
  const hung = over(quiet, hungChannel);
  for (let round = 0; round < rounds; round++) {
    const late: Record<'quiet' | 'hung', readonly number[]> = { quiet: [], hung: [] };
    for (const side of round % 2 === 0 ? (['quiet', 'hung'] as const) : (['hung', 'quiet'] as const)) {
      late[side] = (await oursLate(sides, instantsAhead(), side === 'hung' ? hung : quiet)).late;
    }
    p50.push({ ours: percentile(late.hung, 0.5), floor: percentile(late.quiet, 0.5) });
    p99.push({ ours: percentile(late.hung, 0.99), floor: percentile(late.quiet, 0.99) });
  }
  return [
    ratioRow('lateness of a page while 300 messages hang elsewhere, p99', p99, 1.5),
    ratioRow('the same, p50', p50, Infinity),
  ];
}

/** `policy` with every audience told over `channel`. */
function over(policy: Policy, channel: string): Policy {
  const audiences = Object.entries(policy.audiences).map(([name, audience]) => [
    name,
    { ...audience, channels: [channel] },
  ]);
  return { ...policy, audiences: Object.fromEntries(audiences) as Policy['audiences'] };
}
