/**
 * An intake of alerts on the real server, and the incidents that its activities tell: a stand-in
 * that remembers by key, as incidents do.
 */
import { randomUUID } from 'node:crypto';
import { createAlertStore } from '../../src/api/temporal/alerts';
import type { AlertsTaken, IntakeState, PlaceRequest, RuledAlert } from '../../src/domain';
import type { RunOptions } from '../../src/workflows/handover';
import { present } from '../support/clock';
import type { Bench } from './live';

export const minute = 60_000;

export function alertOf(key: string, says: RuledAlert['says'] = 'firing', more: Partial<RuledAlert> = {}): RuledAlert {
  const ruling = {
    do: 'open',
    service: 'payments',
    severity: 'P1',
    title: `${key} is high`,
    resolveAfterMs: minute,
  } as const;
  return { source: 'am', key, says, title: `${key} is high`, services: [], links: [], labels: {}, ruling, ...more };
}

/**
 * What a pager says of a page that Muster sent; by nobody: it only tells that the page is there.
 */
export function pageOf(recipient: string, says: RuledAlert['says'], ...by: string[]): RuledAlert {
  const process = 'INC-2026-12-07-001';
  const key = `${process}-0123456789ab/response/1/1/${recipient}/pd`;
  return alertOf(key, says, { source: 'pd', by, ruling: { do: 'page', process, channels: ['pd'] } });
}

/** Remembers under which key it was asked what, and which alerts each incident has. */
export class Incidents {
  readonly placed = new Map<string, PlaceRequest>();
  /** By incident: `am/cpu#1 firing`, the latest word of each. */
  readonly alerts = new Map<string, Map<string, string>>();
  /** Every attempt, by key. */
  readonly attempts: string[] = [];
  private count = 0;

  constructor(
    bench: Bench,
    private readonly before: (key: string) => Promise<void> = () => Promise.resolve(),
  ) {
    bench.intake = {
      placeAlerts: async (request) => {
        this.attempts.push(request.key);
        await this.before(request.key);
        const known = this.placed.get(request.key);
        const incident =
          request.lastIncident ?? (known === undefined ? `INC-${(this.count += 1)}` : `INC-${this.count}`);
        this.placed.set(request.key, request);
        this.note(incident, request.report.alerts);
        return { type: 'placed', incident };
      },
      tellAlerts: async (incident, report) => {
        this.attempts.push(report.key);
        await this.before(report.key);
        this.note(incident, report.alerts);
        return { type: 'told' };
      },
      answerPage: async (request) => {
        this.attempts.push(request.key);
        await this.before(request.key);
        return { type: 'answered', person: request.by[0]! };
      },
    };
  }
  private note(incident: string, alerts: PlaceRequest['report']['alerts']): void {
    const known = this.alerts.get(incident) ?? new Map<string, string>();
    for (const { id, episode, state } of alerts) known.set(id, `${id}#${episode} ${state}`);
    this.alerts.set(incident, known);
  }
  said(incident = 'INC-1'): string[] {
    return [...(this.alerts.get(incident)?.values() ?? [])].sort();
  }
}

/** The intake as a workflow of its own; with `run` it begins with these options. */
export async function openDesk(bench: Bench, run?: RunOptions, taskQueue = bench.harness.taskQueue) {
  const { env } = bench.harness;
  const workflowId = `alerts-${randomUUID()}`;
  if (run) await env.client.workflow.start('alertIntake', { workflowId, taskQueue, args: [undefined, run] });
  const store = createAlertStore({ client: env.client, taskQueue, workflowId });
  const take = (alerts: readonly RuledAlert[], more: Partial<AlertsTaken> = {}) =>
    store.take({ at: present(), source: alerts[0]?.source ?? 'am', alerts, groups: [], ...more });
  const state = async (): Promise<IntakeState> => (await store.read())!;
  return {
    workflowId,
    handle: env.client.workflow.getHandle(workflowId),
    store,
    take,
    state,
    /** Waits until nothing is left to be done. */
    settled: () => until(async () => (await state()).outbox.length === 0),
  };
}

/** Asks every 50 ms, at most 15 s. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 15_000; ;) {
    if (await holds()) return;
    if (performance.now() > end) throw new Error('that did not happen within 15 s');
    await new Promise((done) => setTimeout(done, 50));
  }
}
