/**
 * Owns the shell around the log of troubles: one workflow, `muster-troubles`, that lives for ever.
 * It takes by Signals what the APIs find in Temporal, and tells people of each trouble once. The
 * domain decides everything.
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
  beginNotice,
  completeNotice,
  emptyTroubleLog,
  nextNoticeOf,
  takeTroubles,
  troubleAbout,
  troubleNotice,
  type NoticeDelivered,
  type Trouble,
  type TroubleLog,
  type TroubleNotice,
} from '../domain';
import { ArmedTimer } from './armed-timer';
import { deliverNotice } from './effects';
import { isInstant, isRecord } from './envelope';
import { Handover, shortRuns, type RunOptions } from './handover';

export const troublesWorkflowId = 'muster-troubles';
/** Troubles that were found. */
export const foundSignal = defineSignal<[readonly Trouble[]]>('found');
/** All that the log keeps. */
export const troublesQuery = defineQuery<TroubleLog>('troubles');

const { noticeRecipients } = proxyActivities<Pick<Activities, 'noticeRecipients'>>({
  startToCloseTimeout: '15s',
  cancellationType: 'ABANDON',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 100 },
});

/** Keeps the log. `carried`: that of the run before. */
export async function troubleLog(carried?: TroubleLog, options: RunOptions = {}): Promise<void> {
  let log = carried ?? emptyTroubleLog(workflowInfo().firstExecutionRunId.slice(-12));
  let stirred = false;
  let isTelling = false;
  const handover = new Handover({ ...shortRuns, ...options }, () => (stirred = true));
  const timer = new ArmedTimer(() => (stirred = true));
  const change = (next: TroubleLog) => {
    log = next;
    stirred = true;
  };
  setHandler(foundSignal, (found: unknown) => {
    change(takeTroubles(log, (Array.isArray(found) ? found : []).filter(isTrouble), Date.now()));
  });
  setHandler(troublesQuery, () => log);

  for (;;) {
    stirred = false;
    log = beginNotice(log, Date.now());
    if (log.telling !== undefined && !isTelling) {
      isTelling = true;
      void tell(log.telling).then((deliveries) => {
        isTelling = false;
        change(completeNotice(log, deliveries, Date.now()));
      });
    }
    if (handover.isDue(!isTelling)) {
      await handover.safeMoment();
      // What is under way is told again under its key.
      await makeContinueAsNewFunc<typeof troubleLog>()(log, options);
    }
    timer.arm(nextNoticeOf(log));
    await condition(() => stirred);
  }
}

async function tell(notice: TroubleNotice): Promise<NoticeDelivered[]> {
  try {
    return await deliverNotice(troubleNotice(notice), await noticeRecipients(troubleAbout(notice)));
  } catch {
    return [];
  }
}

// Only Muster's own programs send this Signal. Whatever else comes must not stop the workflow: a
// Signal cannot be refused, and a task that throws is tried for ever.
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 4_096;
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const optional = (value: unknown, fits: (value: unknown) => boolean): boolean => value === undefined || fits(value);
function isTrouble(value: unknown): value is Trouble {
  return (
    isRecord(value) &&
    isText(value['id']) &&
    isText(value['what']) &&
    optional(value['at'], isInstant) &&
    optional(value['because'], isText) &&
    optional(value['holder'], isText) &&
    optional(value['admins'], isTexts) &&
    optional(value['process'], isProcess) &&
    isTexts(value['services'])
  );
}
function isProcess(value: unknown): boolean {
  return isRecord(value) && ['kind', 'title', 'severity', 'status'].every((field) => isText(value[field]));
}
