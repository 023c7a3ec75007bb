/**
 * Owns the shell around the log of changes: one workflow, `muster-changes`, that lives for ever. It
 * takes what deployment tools said and what releases tell of themselves by Signals, and carries out
 * what a message asks of a release. The latest changes of each service stand in its memo, which
 * Temporal answers without a worker: whoever declares an incident waits for nothing. The domain
 * decides everything.
 */
import {
  condition,
  defineQuery,
  defineSignal,
  makeContinueAsNewFunc,
  proxyActivities,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import {
  completeSaid,
  emptyChangeLog,
  recentByService,
  takeSaid,
  takeWord,
  tidied,
  type ChangeLog,
  type ChangeOutcome,
  type ReleaseWord,
  type SaidChange,
} from '../domain';
import { reasonOf } from './effects';
import { isChange, isRecord } from './envelope';
import { Handover, shortRuns, type RunOptions } from './handover';

export const changesWorkflowId = 'muster-changes';
/** What several messages said, in the order of their receipt. */
export const saidSignal = defineSignal<[readonly SaidChange[]]>('said');
/** What a release tells of itself. */
export const toldSignal = defineSignal<[ReleaseWord]>('told');
/** All that the log keeps. */
export const logQuery = defineQuery<ChangeLog>('changes');
/** The fields of the memo: `of NAME`, the latest changes of the service NAME. */
export const memoField = (service: string): string => `of ${service}`;

// A message that was taken is not given up because the engine is ill for an hour. After a day it is
// kept with the reason: messages for a release that never answers must not use up the room of all.
const { applyChange } = proxyActivities<Pick<Activities, 'applyChange'>>({
  startToCloseTimeout: '15s',
  cancellationType: 'ABANDON',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 2_900 },
});

/** Keeps the log. `carried`: that of the run before. */
export async function changeLog(carried: ChangeLog = emptyChangeLog, options: RunOptions = {}): Promise<void> {
  let log = carried;
  let stirred = false;
  const handover = new Handover({ ...shortRuns, ...options }, () => (stirred = true));
  const started = new Set<number>();
  const change = (next: ChangeLog) => {
    log = next;
    stirred = true;
  };
  setHandler(saidSignal, (said: unknown) => {
    const messages = Array.isArray(said) ? said.filter(isSaid) : [];
    change(takeSaid(log, messages, Date.now()));
  });
  setHandler(toldSignal, (word: unknown) => {
    if (isWord(word)) change(takeWord(log, word, Date.now()));
  });
  setHandler(logQuery, () => log);

  for (;;) {
    stirred = false;
    for (const { id, said } of log.outbox) {
      if (started.has(id)) continue;
      started.add(id);
      void perform(said).then((outcome) => {
        started.delete(id);
        change(completeSaid(log, id, outcome, Date.now()));
      });
    }
    publish(log);
    if (handover.isDue(started.size === 0)) {
      await handover.safeMoment();
      // What is under way is started again under its key.
      await makeContinueAsNewFunc<typeof changeLog>(handover.memo())(tidied(log, Date.now()), options);
    }
    await condition(() => stirred);
  }
}

async function perform(said: SaidChange): Promise<ChangeOutcome> {
  try {
    return await applyChange(said);
  } catch (error) {
    return { type: 'failed', because: reasonOf(error) };
  }
}

// Writes the fields that changed: a service of which nothing is kept any more has none.
function publish(log: ChangeLog): void {
  const before = workflowInfo().memo ?? {};
  const recent = recentByService(log, Date.now());
  const after = Object.fromEntries(Object.entries(recent).map(([service, found]) => [memoField(service), found]));
  const changed = Object.entries(after).filter(
    ([field, found]) => JSON.stringify(before[field]) !== JSON.stringify(found),
  );
  const gone = Object.keys(before).filter((field) => !Object.hasOwn(after, field) && before[field] !== null);
  if (changed.length + gone.length === 0) return;
  upsertMemo({ ...Object.fromEntries(changed), ...Object.fromEntries(gone.map((field) => [field, null])) });
}

// Only Muster's own programs send these Signals. Whatever else comes must not stop the workflow: a
// Signal cannot be refused, and a task that throws is tried for ever.
const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= 4_096;
function isSaid(value: unknown): value is SaidChange {
  return (
    isRecord(value) &&
    isChange(value['change']) &&
    Number.isSafeInteger(value['receivedAt']) &&
    [value['releases'], value['may']].every((list) => Array.isArray(list) && list.every(isText)) &&
    (value['content'] === undefined || isText(value['content'])) &&
    (value['check'] === undefined || isRecord(value['check']))
  );
}
function isWord(value: unknown): value is ReleaseWord {
  if (!isRecord(value)) return false;
  if (value['do'] === 'record') return isChange(value['change']);
  if (!isText(value['release'])) return false;
  const { do: what, of } = value;
  if (what === 'reveal') return Number.isSafeInteger(of);
  return what === 'end' || (what === 'withdraw' && (of === undefined || Number.isSafeInteger(of)));
}
