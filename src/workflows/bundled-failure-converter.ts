/**
 * Owns the same choice for the workflow code. Its bundle is made once, before anybody knows whether
 * there are keys; the worker says so in front of the bundle (`sealsFailures`). Loaded into the
 * bundle by its path.
 */
import { defaultFailureConverter, type FailureConverter } from '@temporalio/common';
import { failureConverter as sealing } from './failure-converter';

const flag = 'musterSealsFailures';
/** Code that comes before a bundle whose errors are to be encrypted. */
export const sealsFailures = `globalThis.${flag} = true;`;

/** The export that the SDK looks for. */
export const failureConverter: FailureConverter =
  Reflect.get(globalThis, flag) === true ? sealing : defaultFailureConverter;
