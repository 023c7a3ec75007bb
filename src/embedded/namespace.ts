/**
 * Owns the settings that Muster needs in its Temporal namespace: retention and search attributes. A
 * second call changes nothing. Works on any connection, embedded or not; knows nothing of processes
 * and files.
 */
import type { ConnectionLike } from '@temporalio/client';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import type { SearchAttributeType } from '@temporalio/common';
import { searchAttributeKeys } from '../workflows/search-attributes';

const dayMs = 24 * 60 * 60 * 1000;
/** Closed processes stay readable for ten years, the longest that the server allows. */
export const retentionMs = 3650 * dayMs;

const { IndexedValueType } = temporal.api.enums.v1;
const indexedValueTypes: Record<SearchAttributeType, temporal.api.enums.v1.IndexedValueType> = {
  TEXT: IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
  KEYWORD: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  INT: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  DOUBLE: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
  BOOL: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
  DATETIME: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  KEYWORD_LIST: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
};

/** The namespace has search attributes with Muster's names but other types. */
export class SearchAttributeTypeError extends Error {
  override readonly name = 'SearchAttributeTypeError';
}

/** Raises the retention of the namespace to ten years; keeps a longer retention. */
export async function raiseRetention(connection: ConnectionLike, namespace: string): Promise<void> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  if ((optionalTsToMs(config?.workflowExecutionRetentionTtl) ?? 0) >= retentionMs) return;
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: msToTs(retentionMs) },
  });
}

/**
 * Registers the missing search attributes, then reads all of them back. The check is needed because
 * the server answers success for a name that exists with another type; the fault would show only
 * when the first list is wrong. Throws SearchAttributeTypeError.
 */
export async function registerSearchAttributes(connection: ConnectionLike, namespace: string): Promise<void> {
  const wanted = Object.fromEntries(searchAttributeKeys.map(({ name, type }) => [name, indexedValueTypes[type]]));
  const registered = async () =>
    (await connection.operatorService.listSearchAttributes({ namespace })).customAttributes;
  const before = await registered();
  const missing = Object.fromEntries(Object.entries(wanted).filter(([name]) => before[name] === undefined));
  if (Object.keys(missing).length > 0)
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: missing });
  const after = Object.keys(missing).length > 0 ? await registered() : before;
  const wrong = Object.entries(wanted).filter(([name, type]) => after[name] !== type);
  if (wrong.length === 0) return;
  const typeName = (type: number | undefined): string =>
    type === undefined ? 'missing' : (IndexedValueType[type] ?? String(type)).replace('INDEXED_VALUE_TYPE_', '');
  throw new SearchAttributeTypeError(
    `namespace ${namespace} has search attributes that do not fit: ` +
      wrong.map(([name, type]) => `${name} is ${typeName(after[name])}, needed is ${typeName(type)}`).join('; ') +
      '. Remove them there or use another namespace.',
  );
}
