/**
 * Owns how errors are written to Temporal where payloads are encrypted: message and stack as a
 * payload, which the codec encrypts, instead of plain text. Loaded by workers and clients, by its
 * path.
 */
import { DefaultFailureConverter } from '@temporalio/common';

/** The export that the SDK looks for. Reads plain errors too. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
