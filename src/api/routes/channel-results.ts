/**
 * Owns what became of the latest message over each channel, as the processes tell it that the
 * reader may see. Nothing else keeps that.
 */
import type { ChannelResult } from '../../contracts/page-view-settings';
import { maySee, type Actor } from '../../domain';
import { given } from '../../given';
import type { Shared } from '../http/route';
import { each } from '../present/ask-each';
import { seesRow } from '../present/readers';
import { listed } from './across';

/** By channel: the latest result. A channel that no process has used lately has none. */
export async function channelResults(shared: Shared, reader: Actor): Promise<ReadonlyMap<string, ChannelResult>> {
  const { rows } = await listed(shared);
  const { found } = await each(
    shared,
    rows.filter((row) => seesRow(row, reader)),
    async ({ id }) => {
      const facts = await shared.lately.view(id);
      if (!maySee(facts.restricted, reader)) return [];
      const told = facts.deadlines.flatMap((deadline) => deadline.told);
      const sent = [...told.filter(({ underWay }) => !underWay), ...(await shared.lately.deliveries(id))];
      return sent.map((one) => ({ channel: one.channel, at: one.at, ...given({ failed: failureOf(one) }) }));
    },
  );
  const latest = new Map<string, ChannelResult>();
  for (const { channel, ...result } of found)
    if ((latest.get(channel)?.at ?? '') <= result.at) latest.set(channel, result);
  return latest;
}

function failureOf(sent: object): string | undefined {
  return 'failed' in sent && typeof sent.failed === 'string' ? sent.failed : undefined;
}
