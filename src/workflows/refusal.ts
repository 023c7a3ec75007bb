/**
 * Owns how a refusal reaches the sender of an Update: as a failure that carries the whole refusal.
 * Knows no rule.
 */
import { ApplicationFailure } from '@temporalio/workflow';
import type { Refusal } from '../domain';

/** The failure to throw; `details[0]` is the refusal itself. */
export function failureOf(refusal: Refusal): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'Refusal',
    message: refusal.message,
    details: [refusal],
    nonRetryable: true,
  });
}
