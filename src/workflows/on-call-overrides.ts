/**
 * Owns the overrides of all schedules, durably: one workflow, `muster-on-call`, that lives for
 * ever. Readers get the overrides from its memo, which Temporal answers from its own state, without
 * a worker or a workflow task. The domain decides whether an override may be entered.
 */
import { condition, defineUpdate, makeContinueAsNewFunc, setHandler, upsertMemo } from '@temporalio/workflow';
import {
  addOverride,
  emptyBook,
  removeOverride,
  type AddOverride,
  type Booked,
  type OverrideAnswer,
  type OverrideBook,
  type Refusal,
  type RemoveOverride,
} from '../domain';
import { isRecord, isWholeInstant } from './envelope';
import { Handover, type RunOptions } from './handover';
import { failureOf } from './refusal';

export const overridesWorkflowId = 'muster-on-call';
export const addOverrideUpdate = defineUpdate<OverrideAnswer, [AddOverride]>('add-override');
export const removeOverrideUpdate = defineUpdate<OverrideAnswer, [RemoveOverride]>('remove-override');
/** The memo: the overrides of the book. */
export interface OverridesMemo extends Record<string, unknown> {
  readonly overrides: OverrideBook['overrides'];
}

/** Keeps the book of overrides. */
export async function onCallOverrides(book: OverrideBook = emptyBook, options: RunOptions = {}): Promise<void> {
  const handover = new Handover(options);
  let current = book;
  const memo = (): OverridesMemo => ({ overrides: current.overrides });

  const taking = <O>(
    rule: (book: OverrideBook, order: O, now: number) => Booked,
    fits: (value: unknown) => boolean,
  ) => {
    const decide = (order: O) => {
      if (!fits(order)) throw failureOf(misfit);
      const result = rule(current, order, Date.now());
      if (!result.ok) throw failureOf(result.refusal);
      return result;
    };
    return {
      answer: (order: O): OverrideAnswer => {
        handover.answered();
        // Decided again: another order may have been accepted since the validator ran.
        const { book: next, answer } = decide(order);
        if (next !== current) {
          current = next;
          upsertMemo(memo());
        }
        return answer;
      },
      validator: (order: O) => void decide(order),
    };
  };
  const adding = taking(addOverride, isAddOverride);
  const removing = taking(removeOverride, isRemoveOverride);
  setHandler(addOverrideUpdate, adding.answer, { validator: adding.validator });
  setHandler(removeOverrideUpdate, removing.answer, { validator: removing.validator });

  await condition(() => handover.isDue(true));
  await handover.quietMoment();
  await handover.safeMoment();
  // The next run has the memo from its first event on: nobody reads an empty memo in between.
  await makeContinueAsNewFunc<typeof onCallOverrides>({ memo: memo() })(current, options);
}

const misfit: Refusal = {
  kind: 'invalid',
  reason: 'malformed',
  message: 'expected {key, fingerprint, by} with {schedule, person, to} for add-override or {id} for remove-override',
};

const isText = (value: unknown, max: number) => typeof value === 'string' && value.length > 0 && value.length <= max;
const absentOr = (fits: (value: unknown) => boolean, value: unknown) =>
  value === undefined || value === null || fits(value);

function isOrder(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && isText(value['key'], 300) && isText(value['fingerprint'], 300) && isText(value['by'], 120);
}
function isAddOverride(value: unknown): boolean {
  return (
    isOrder(value) &&
    isText(value['schedule'], 120) &&
    isText(value['person'], 120) &&
    absentOr(isWholeInstant, value['from']) &&
    isWholeInstant(value['to']) &&
    absentOr((text) => isText(text, 120), value['replaces']) &&
    absentOr((text) => isText(text, 200), value['reason'])
  );
}
function isRemoveOverride(value: unknown): boolean {
  return isOrder(value) && isText(value['id'], 120);
}
