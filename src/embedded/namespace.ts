/**
 * Owns the settings that Muster needs in its Temporal namespace: retention and search attributes. A
 * second call changes nothing. Works on any connection, embedded or not; knows nothing of processes
 * and files.
 */
import type { ConnectionLike } from '@temporalio/client';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import type { SearchAttributeType } from '@temporalio/common';
import { grpc, grpcFault } from '../grpc-code';
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

/** Muster may not create or even list the search attributes, and they are not all there. */
export class SearchAttributesRefusedError extends Error {
  override readonly name = 'SearchAttributesRefusedError';
}

/**
 * Registers the missing search attributes, then reads all of them back. The check is needed because
 * the server answers success for a name that exists with another type; the fault would show only
 * when the first list is wrong. Throws SearchAttributeTypeError, and SearchAttributesRefusedError
 * where somebody else has to create them, as in Temporal Cloud.
 */
export async function registerSearchAttributes(connection: ConnectionLike, namespace: string): Promise<void> {
  const registered = async () =>
    (await connection.operatorService.listSearchAttributes({ namespace })).customAttributes;
  let before: Awaited<ReturnType<typeof registered>>;
  try {
    before = await registered();
  } catch (error) {
    if (!isBarred(error)) throw error;
    return askByFilter(connection, namespace, error);
  }
  const missing = Object.fromEntries(Object.entries(wanted).filter(([name]) => before[name] === undefined));
  if (Object.keys(missing).length > 0)
    try {
      await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: missing });
    } catch (error) {
      if (!isBarred(error)) throw error;
      throw new SearchAttributesRefusedError(refusalOf(namespace, Object.keys(missing), error), { cause: error });
    }
  const after = Object.keys(missing).length > 0 ? await registered() : before;
  const wrong = Object.entries(wanted).filter(([name, type]) => after[name] !== type);
  if (wrong.length === 0) return;
  throw new SearchAttributeTypeError(
    `namespace ${namespace} has search attributes that do not fit: ` +
      wrong.map(([name, type]) => `${name} is ${typeName(after[name])}, needed is ${typeName(type)}`).join('; ') +
      '. Remove them there or use another namespace.',
  );
}

const wanted = Object.fromEntries(searchAttributeKeys.map(({ name, type }) => [name, indexedValueTypes[type]]));

function typeName(type: number | undefined): string {
  return type === undefined ? 'missing' : (IndexedValueType[type] ?? String(type)).replace('INDEXED_VALUE_TYPE_', '');
}

/** Temporal Cloud has no operator service; elsewhere a key may be barred from it. */
const barring = new Set<number>([grpc.permissionDenied, grpc.unimplemented, grpc.unauthenticated]);
function isBarred(error: unknown): boolean {
  return barring.has(grpcFault(error)?.code ?? 0);
}

/**
 * For a namespace whose attributes may not be listed. A list of processes that filters by all
 * attributes is refused when one of them is missing, or when a value does not fit its type.
 */
async function askByFilter(connection: ConnectionLike, namespace: string, barred: unknown): Promise<void> {
  const values: Partial<Record<SearchAttributeType, string>> = { BOOL: 'true', DATETIME: '"2000-01-01T00:00:00Z"' };
  const query = searchAttributeKeys.map(({ name, type }) => `${name} = ${values[type] ?? '"-"'}`).join(' AND ');
  try {
    await connection.workflowService.listWorkflowExecutions({ namespace, query, pageSize: 1 });
  } catch (error) {
    const fault = grpcFault(error);
    if (fault?.code !== grpc.invalidArgument) throw error;
    throw new SearchAttributesRefusedError(refusalOf(namespace, Object.keys(wanted), barred, fault.details), {
      cause: error,
    });
  }
}

/** What Temporal's command line calls the types. */
const typeWords: Readonly<Record<SearchAttributeType, string>> = {
  TEXT: 'Text',
  KEYWORD: 'Keyword',
  INT: 'Int',
  DOUBLE: 'Double',
  BOOL: 'Bool',
  DATETIME: 'Datetime',
  KEYWORD_LIST: 'KeywordList',
};

function refusalOf(namespace: string, names: readonly string[], barred: unknown, notThere?: string): string {
  const listed = searchAttributeKeys
    .filter(({ name }) => names.includes(name))
    .map(({ name, type }) => `${name} (${typeWords[type]})`);
  return [
    `Muster may not create search attributes in ${namespace} (${grpcFault(barred)?.details})`,
    ...(notThere === undefined ? [] : [`not all of them are there (${notThere})`]),
    `let somebody who may create ${listed.join(', ')}`,
    `on a cluster of your own: temporal operator search-attribute create --namespace ${namespace} --name NAME --type TYPE`,
  ].join('; ');
}
