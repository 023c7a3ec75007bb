/**
 * Owns the book of access, durably: one workflow, `muster-access`, that lives for ever. It takes
 * orders by Updates only; nobody changes who may by a Signal. Readers get the book from its memo,
 * which Temporal answers from its own state, without a worker. The domain decides every order, and
 * no secret comes here: only the SHA-256 of each.
 */
import {
  condition,
  defineUpdate,
  makeContinueAsNewFunc,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import {
  accessMemo,
  accessMemoChanges,
  accessOrderNames,
  emptyAccess,
  orderAccess,
  type AccessAnswer,
  type AccessBook,
  type AccessOrderName,
  type AccessOrders,
} from '../domain';
import { misfitOf } from './access-shapes';
import { Handover, type RunOptions } from './handover';
import { failureOf } from './refusal';

export const accessWorkflowId = 'muster-access';

/** Keeps the book of access. `book`: that of the run before, or a new one with its mark. */
export async function access(book: AccessBook = emptyAccess, options: RunOptions = {}): Promise<void> {
  const handover = new Handover(options);
  const { firstExecutionRunId, memo } = workflowInfo();
  let current: AccessBook = book.mark === '' ? { ...book, mark: firstExecutionRunId } : book;
  if (memo?.['book'] === undefined) upsertMemo(accessMemo(current));
  for (const name of accessOrderNames)
    takes(name, handover, {
      book: () => current,
      become: (next) => {
        const changes = accessMemoChanges(current, next);
        current = next;
        if (Object.keys(changes).length > 0) upsertMemo(changes);
      },
    });
  await condition(() => handover.isDue(true));
  await handover.quietMoment();
  await handover.safeMoment();
  // The next run has the memo from its first event on: nobody reads an empty memo in between.
  await makeContinueAsNewFunc<typeof access>({ memo: accessMemo(current) })(current, options);
}

/** Takes the orders called `name`. */
function takes<N extends AccessOrderName>(
  name: N,
  handover: Handover,
  { book, become }: { book: () => AccessBook; become: (next: AccessBook) => void },
): void {
  const decide = (order: AccessOrders[N]) => {
    const misfit = misfitOf(name, order);
    if (misfit) throw failureOf(misfit);
    const result = orderAccess(book(), name, order, Date.now());
    if (!result.ok) throw failureOf(result.refusal);
    return result;
  };
  setHandler(
    defineUpdate<AccessAnswer, [AccessOrders[N]]>(name),
    (order: AccessOrders[N]): AccessAnswer => {
      handover.answered();
      // Decided again: another order may have been accepted since the validator ran.
      const { book: next, answer } = decide(order);
      become(next);
      return answer;
    },
    { validator: (order: AccessOrders[N]) => void decide(order) },
  );
}
