/**
 * Owns what workers, clients and the bundle of the workflow code need to agree on: how values
 * become payloads and back. Knows no connection.
 */
import type { DataConverter } from '@temporalio/common';
import { noPayloadKeys, type PayloadKeys } from './config';
import { payloadCodec, seals, type PayloadReader } from './payload-codec';

const payloadConverterPath = require.resolve('./workflows/payload-converter');

/** The paths from which the workflow code is bundled. */
export const workflowCode = {
  workflowsPath: require.resolve('./workflows'),
  payloadConverterPath,
  failureConverterPath: require.resolve('./workflows/bundled-failure-converter'),
  workflowInterceptorModules: [require.resolve('./workflows/readable-only')],
};

/** The converter of a reader with these keys. */
export function dataConverter(reader: PayloadReader, keys: PayloadKeys = noPayloadKeys): DataConverter {
  return {
    payloadConverterPath,
    // Without encryption, errors stay readable for whoever looks at Temporal.
    ...(seals(keys) ? { failureConverterPath: require.resolve('./workflows/failure-converter') } : {}),
    payloadCodecs: [payloadCodec(keys, reader)],
  };
}
