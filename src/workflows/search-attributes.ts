/**
 * Owns the typed search attributes by which processes are listed, and which fields of the memo have
 * changed. Shared with the embedded server, which registers the keys, and the API, which filters by
 * them. Holds no rule. The kind of a process is its workflow type. Values are never encrypted:
 * of people only the ids that own action items belong here.
 */
import {
  defineSearchAttributeKey,
  type SearchAttributePair,
  type SearchAttributeUpdatePair,
  type TypedSearchAttributes,
} from '@temporalio/common';
import type { searchAttributesOf } from '../domain';

export const statusKey = defineSearchAttributeKey('MusterStatus', 'KEYWORD');
export const severityKey = defineSearchAttributeKey('MusterSeverity', 'KEYWORD');
export const servicesKey = defineSearchAttributeKey('MusterServices', 'KEYWORD_LIST');
export const nextDueKey = defineSearchAttributeKey('MusterNextDueAt', 'DATETIME');
export const missedKey = defineSearchAttributeKey('MusterMissed', 'BOOL');
export const drillKey = defineSearchAttributeKey('MusterDrill', 'BOOL');
export const actionOwnersKey = defineSearchAttributeKey('MusterActionOwners', 'KEYWORD_LIST');
export const actionDueKey = defineSearchAttributeKey('MusterActionDueAt', 'DATETIME');

/** All keys, to be registered with the namespace before the first start. */
export const searchAttributeKeys = [
  statusKey,
  severityKey,
  servicesKey,
  nextDueKey,
  missedKey,
  drillKey,
  actionOwnersKey,
  actionDueKey,
];

type Values = ReturnType<typeof searchAttributesOf>;

/** The server refuses a larger value, and a refused upsert fails the workflow task for ever. */
const valueLimitBytes = 2_048;

/** The attributes as pairs for an upsert; a value that does not exist is null, which clears it. */
export function searchAttributePairs(values: Values): SearchAttributeUpdatePair[] {
  return [
    { key: statusKey, value: values.MusterStatus },
    { key: severityKey, value: values.MusterSeverity },
    { key: servicesKey, value: thatFit(values.MusterServices) },
    { key: nextDueKey, value: values.MusterNextDueAt === null ? null : new Date(values.MusterNextDueAt) },
    { key: missedKey, value: values.MusterMissed },
    { key: drillKey, value: values.MusterDrill },
    { key: actionOwnersKey, value: thatFit(values.MusterActionOwners) },
    { key: actionDueKey, value: values.MusterActionDueAt === null ? null : new Date(values.MusterActionDueAt) },
  ];
}

/**
 * As many of `names`, from the first on, as one value holds. Lists find the process under these
 * names; its view has all of them.
 */
function thatFit(names: readonly string[]): string[] | null {
  const fitting: string[] = [];
  let bytes = '[]'.length;
  for (const name of names) {
    bytes += new TextEncoder().encode(`${JSON.stringify(name)},`).length;
    if (bytes > valueLimitBytes) break;
    fitting.push(name);
  }
  return fitting.length > 0 ? fitting : null;
}

/**
 * The attributes as pairs for a start, so that a process is listed before any worker has seen it.
 */
export function startAttributePairs(values: Values): SearchAttributePair[] {
  return searchAttributePairs(values).filter((pair): pair is SearchAttributePair => pair.value !== null);
}

/** The pairs that differ from the attributes that are already visible. */
export function changedPairs(
  pairs: readonly SearchAttributeUpdatePair[],
  visible: TypedSearchAttributes,
): SearchAttributeUpdatePair[] {
  // JSON makes dates and lists comparable; an absent attribute reads as undefined and counts as
  // null.
  return pairs.filter(({ key, value }) => JSON.stringify(visible.get(key) ?? null) !== JSON.stringify(value));
}

/** The fields of a memo that differ from those that are already visible; null clears a field. */
export function changedMemo(
  wanted: Readonly<Record<string, unknown>>,
  visible: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(wanted).filter(
      ([field, value]) => JSON.stringify(visible[field] ?? null) !== JSON.stringify(value ?? null),
    ),
  );
}
