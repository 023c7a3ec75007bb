/**
 * Owns which alerts a reader sees (R37): those whose incident is not restricted, or to them. The
 * index says of most incidents that they are not restricted; the others are asked themselves.
 */
import { maySee, type Actor } from '../../domain';
import { atMost } from '../../time-limit';
import type { Shared } from '../http/route';
import { each } from './ask-each';

/** Why an alert is not shown: its incident is restricted to others, or nobody could say. */
export type Hidden = 'restricted' | 'unanswered';

/** How many incidents are asked, and for how long; the index is asked for as long before. */
const mostAsked = 100;
const askForMs = 2_000;
/** How many ids one question to the index has. */
const idsAtATime = 250;

/** The alerts, each with the reason for which `reader` does not see it. */
export async function alertsSeen<One extends { readonly incident?: string }>(
  shared: Shared,
  alerts: readonly One[],
  reader: Actor,
): Promise<(One & { readonly hidden?: Hidden })[]> {
  const ids = [...new Set(alerts.flatMap(({ incident }) => incident ?? []))];
  const listed = await restrictedInIndex(shared, ids);
  const unsure = ids.filter((id) => listed.get(id) !== false).slice(0, mostAsked);
  const answers = await maySeeByIncident(shared, unsure, reader);
  const hiddenOf = (id: string): Hidden | undefined => {
    if (listed.get(id) === false) return undefined;
    const answer = answers.get(id);
    if (answer === undefined) return listed.get(id) === true ? 'restricted' : 'unanswered';
    return answer ? undefined : 'restricted';
  };
  return alerts.map((one) => {
    const hidden = one.incident === undefined ? undefined : hiddenOf(one.incident);
    return hidden === undefined ? one : { ...one, hidden };
  });
}

// By id: whether the index has it as restricted. Without the index, nothing.
async function restrictedInIndex(shared: Shared, ids: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
  if (ids.length === 0) return new Map();
  const parts = Array.from({ length: Math.ceil(ids.length / idsAtATime) }, (_, part) =>
    ids.slice(part * idsAtATime, (part + 1) * idsAtATime),
  );
  const look = async () => {
    const pages = await Promise.all(
      parts.map((part) => shared.store.list({ kinds: ['incident'], ids: part }, part.length)),
    );
    return pages.flatMap(({ rows }) => rows);
  };
  const rows = await atMost(askForMs, look()).catch(() => []);
  return new Map(rows.map(({ id, seenBy }) => [id, seenBy !== undefined]));
}

// By id: whether the reader sees it, as the incident itself says; absent: no answer.
async function maySeeByIncident(
  shared: Shared,
  ids: readonly string[],
  reader: Actor,
): Promise<ReadonlyMap<string, boolean>> {
  if (ids.length === 0) return new Map();
  const rows = ids.map((id) => ({ id }));
  const asked = each(shared, rows, async ({ id }) => [await shared.store.view(id)], askForMs);
  const { found } = await asked.catch(() => ({ found: [] }));
  return new Map(found.map(({ id, restricted }) => [id, maySee(restricted, reader)]));
}
