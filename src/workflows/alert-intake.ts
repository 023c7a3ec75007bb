/**
 * Owns the shell around the intake of alerts: one workflow, `muster-alerts`, that lives for ever.
 * It takes what the API has authenticated and ruled on by Signals, waits for the next instant, and
 * carries out the effects of the intake. The domain decides everything.
 */
import {
  condition,
  defineQuery,
  defineSignal,
  makeContinueAsNewFunc,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import {
  assertNever,
  carriedIntake,
  completeIntakeEffect,
  emptyIntake,
  expectSources,
  nextIntakeInstant,
  settleIntake,
  takeAlerts,
  takeEnded,
  takeMerge,
  unmatchedNotice,
  type AlertsTaken,
  type Expected,
  type IntakeEffect,
  type IntakeOutcome,
  type IntakeState,
  type Merge,
  type NoticeDelivered,
  type UnmatchedNotice,
} from '../domain';
import { ArmedTimer } from './armed-timer';
import { deliverNotice, reasonOf } from './effects';
import { isRecord } from './envelope';
import { Handover, shortRuns, type RunOptions } from './handover';

export const intakeWorkflowId = 'muster-alerts';
/** What several requests said, in the order of their receipt. */
export const takeSignal = defineSignal<[readonly AlertsTaken[]]>('take');
/** The senders whose silence is an alert, all of them: others are no longer expected. */
export const expectSignal = defineSignal<[readonly Expected[]]>('expect');
/** An incident was merged into another. */
export const mergedSignal = defineSignal<[Merge]>('merged');
/** These incidents were ended in Temporal, by no command. */
export const endedSignal = defineSignal<[readonly string[]]>('ended');
/** All that the intake knows. */
export const intakeQuery = defineQuery<IntakeState>('intake');

// For ever: an alert that was taken is not given up because the engine is ill for an hour.
const { placeAlerts, tellAlerts, answerPage, noticeRecipients } = proxyActivities<
  Pick<Activities, 'placeAlerts' | 'tellAlerts' | 'answerPage' | 'noticeRecipients'>
>({
  startToCloseTimeout: '15s',
  cancellationType: 'ABANDON',
  // After several deaths of the worker a page must not wait for a long pause besides.
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
});

/** Keeps the intake. `carried`: the state of the run before. */
export async function alertIntake(carried?: IntakeState, options: RunOptions = {}): Promise<void> {
  let state = carried ?? emptyIntake(workflowInfo().firstExecutionRunId.slice(-12), Date.now());
  let stirred = false;
  const handover = new Handover({ ...shortRuns, ...options }, () => (stirred = true));
  const timer = new ArmedTimer(() => (stirred = true));
  const started = new Set<number>();
  const change = (next: IntakeState) => {
    state = next;
    stirred = true;
  };
  setHandler(takeSignal, (taken: unknown) => {
    const requests = listOf(taken).filter(isTaken);
    if (requests.length > 0) change(taking(state, requests));
  });
  setHandler(expectSignal, (expected: unknown) => {
    const senders = listOf(expected).filter(isExpected);
    change(tried(state, () => expectSources(state, senders, Date.now())));
  });
  setHandler(mergedSignal, (merge: unknown) => {
    if (isMerge(merge)) change(takeMerge(state, merge, Date.now()));
  });
  setHandler(endedSignal, (incidents: unknown) => {
    const ended = listOf(incidents).filter((one) => typeof one === 'string');
    if (ended.length > 0) change(takeEnded(state, ended, Date.now()));
  });
  // Like a hand-over, an answer has a limit.
  setHandler(intakeQuery, () => carriedIntake(state));

  for (;;) {
    stirred = false;
    state = settleIntake(state, Date.now());
    for (const effect of state.outbox) {
      if (started.has(effect.id)) continue;
      started.add(effect.id);
      void perform(effect).then((outcome) => {
        started.delete(effect.id);
        change(completeIntakeEffect(state, effect.id, outcome, Date.now()));
      });
    }
    if (handover.isDue(started.size === 0)) {
      await handover.safeMoment();
      // Effects that are under way are started again under their keys.
      await makeContinueAsNewFunc<typeof alertIntake>()(carriedIntake(state), options);
    }
    timer.arm(nextIntakeInstant(state));
    await condition(() => stirred);
  }
}

async function perform(effect: IntakeEffect): Promise<IntakeOutcome> {
  try {
    switch (effect.type) {
      case 'place':
        return await placeAlerts(effect.request);
      case 'tell':
        return await tellAlerts(effect.incident, effect.report);
      case 'answer':
        return await answerPage(effect.request);
      case 'notify':
        return { type: 'notified', deliveries: await notify(effect.notice) };
      default:
        return assertNever(effect);
    }
  } catch (error) {
    return { type: 'failed', because: reasonOf(error) };
  }
}

async function notify(notice: UnmatchedNotice): Promise<NoticeDelivered[]> {
  return deliverNotice(unmatchedNotice(notice), await noticeRecipients());
}

// One that cannot be taken does not keep back the others of its Signal.
function taking(state: IntakeState, requests: readonly AlertsTaken[]): IntakeState {
  const all = tried(state, () => takeAlerts(state, requests, Date.now()));
  if (all !== state || requests.length === 1) return all;
  return requests.reduce((next, one) => tried(next, () => takeAlerts(next, [one], Date.now())), state);
}

// Only Muster's API sends these Signals. Whatever else comes must not stop the workflow: a Signal
// cannot be refused, and a task that throws is tried for ever.
function tried(state: IntakeState, change: () => IntakeState): IntakeState {
  try {
    return change();
  } catch {
    return state;
  }
}
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
function isTaken(value: unknown): value is AlertsTaken {
  return (
    isRecord(value) &&
    Number.isSafeInteger(value['at']) &&
    typeof value['source'] === 'string' &&
    listOf(value['groups']).every(isRecord) &&
    Array.isArray(value['alerts']) &&
    value['alerts'].every(isRuled)
  );
}
function isRuled(value: unknown): boolean {
  return (
    isRecord(value) &&
    ['source', 'key', 'says', 'title'].every((field) => typeof value[field] === 'string') &&
    Array.isArray(value['links']) &&
    Array.isArray(value['services']) &&
    isRecord(value['labels']) &&
    isRecord(value['ruling'])
  );
}
function isMerge(value: unknown): value is Merge {
  return isRecord(value) && typeof value['from'] === 'string' && typeof value['into'] === 'string';
}
function isExpected(value: unknown): value is Expected {
  return (
    isRecord(value) &&
    typeof value['source'] === 'string' &&
    Number.isSafeInteger(value['everyMs']) &&
    isRuled(value['alert'])
  );
}
