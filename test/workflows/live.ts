/**
 * Drives one real process on the dev server through virtual time, in the words of
 * `test/support/story.ts`: `until`, `at`, `pages`. Its channels remember the messages; the server
 * skips from timer to timer, so a ladder of an hour takes a moment.
 */
import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import type { Activities } from '../../src/activities';
import { counted } from '../../src/activities/counted';
import {
  type AbsorbRequest,
  type AlertReport,
  resolveRecipients,
  type CommandAnswer,
  type CommandBody,
  type Delivery,
  type Directory,
  type Policy,
  type ProcessCommandName,
  type ProcessFacts,
  type ResolveRequest,
  type FollowRequest,
  type FollowResult,
  type NoticeRecipient,
  type SendRequest,
  type SendResult,
  type StartInput,
  type TimelineEntry,
} from '../../src/domain';
import type { PayloadKeys } from '../../src/config';
import { given } from '../../src/given';
import { parseDuration } from '../../src/domain/time/duration';
import type { RunOptions } from '../../src/workflows/handover';
import { present } from '../support/clock';
import { startHarness, type Harness } from '../support/env';
import { fastForward } from '../support/fast-forward';
import { alwaysOpen, incidentPolicy, releasePolicy } from '../support/policy';
import { actorOf, directory } from '../support/story';

/**
 * Most of these tests do not concern the calendar: unless a test brings another calendar, all days
 * are alike.
 */
const openIncidents: Policy = { ...incidentPolicy, calendar: alwaysOpen };
export const openReleases: Policy = { ...releasePolicy, calendar: alwaysOpen };

/** A worker whose `send` only remembers the messages. */
export class Bench {
  readonly sent: SendRequest[] = [];
  /** Answers `send`; by default everything is delivered. May throw. */
  channel: (request: SendRequest) => Promise<SendResult> = () =>
    Promise.resolve({ status: 'delivered', at: present() });
  /** Whether the worker dies while it sends. */
  dies: (request: SendRequest) => boolean = () => false;
  /** Answers `follow`. May throw. */
  tool: (request: FollowRequest) => Promise<FollowResult> = () =>
    Promise.resolve({ status: 'done', at: present(), ref: 'ref-1' });
  /** Comes before another process is told of a merge. May throw. */
  way: () => Promise<void> = () => Promise.resolve();
  /** Answers what the intake of alerts asks for. May throw. */
  intake: Pick<Activities, 'placeAlerts' | 'tellAlerts' | 'answerPage'> = {
    placeAlerts: () => Promise.reject(new Error('no alerts in this test')),
    tellAlerts: () => Promise.reject(new Error('no alerts in this test')),
    answerPage: () => Promise.reject(new Error('no alerts in this test')),
  };
  /** Reach other processes. May throw. */
  neighbours: Pick<Activities, 'findIncidents' | 'tellIncident'> = {
    findIncidents: () => Promise.resolve({ incidents: [], unanswered: [] }),
    tellIncident: () => Promise.resolve(),
  };
  /** Answers whom the daily line of the intake is for. */
  notices: () => Promise<NoticeRecipient[]> = () => Promise.resolve([]);
  /** Answers `applyChange` and `tellChange`. May throw. */
  deployments: Pick<Activities, 'applyChange' | 'tellChange'> = {
    applyChange: () => Promise.reject(new Error('no changes in this test')),
    tellChange: () => Promise.reject(new Error('no changes in this test')),
  };
  directory: Directory = directory;
  readonly absorbed: string[] = [];
  readonly followed: FollowRequest[] = [];

  private constructor(public harness: Harness) {}

  /** `keys`: the keys of its payloads; without, they are plain. */
  static async open(keys?: PayloadKeys): Promise<Bench> {
    const bench = new Bench(undefined as unknown as Harness);
    bench.harness = await startHarness({ activities: bench.activities() }, keys);
    return bench;
  }

  activities(): Activities {
    return {
      resolve: (request: ResolveRequest) => Promise.resolve(resolveRecipients(request, this.directory, present())),
      send: async (request: SendRequest) => {
        // Not counted, as an attempt whose worker is gone; but that one ends only after a while.
        if (this.dies(request)) throw new Error('its worker is gone');
        const result = await counted(request, () => this.channel(request));
        if (result.status === 'delivered') this.sent.push(request);
        return result;
      },
      follow: (request: FollowRequest) => {
        this.followed.push(request);
        return this.tool(request);
      },
      declareIncident: () => Promise.resolve('INC-2026-12-07-009'),
      findIncidents: (request) => this.neighbours.findIncidents(request),
      tellIncident: (report) => this.neighbours.tellIncident(report),
      placeAlerts: (request) => this.intake.placeAlerts(request),
      tellAlerts: (incident, report) => this.intake.tellAlerts(incident, report),
      answerPage: (request) => this.intake.answerPage(request),
      noticeRecipients: () => this.notices(),
      applyChange: (said) => this.deployments.applyChange(said),
      tellChange: (word) => this.deployments.tellChange(word),
      absorb: async (request) => {
        await this.way();
        this.absorbed.push(request.into);
        const target = this.harness.env.client.workflow.getHandle(request.into);
        const order: { args: [AbsorbRequest]; updateId: string } = { args: [request], updateId: request.key };
        await target.executeUpdate<void, [AbsorbRequest]>('absorb', order).catch((error: unknown) => {
          throw ApplicationFailure.nonRetryable(error instanceof Error ? error.message : String(error));
        });
      },
    };
  }

  incident(
    body: Partial<CommandBody<'declare'>> = {},
    options: { policy?: Policy; run?: RunOptions; at?: number; alerts?: AlertReport } = {},
  ): Promise<Live> {
    const full = { title: 'Checkout is down', severity: 'P0' as const, services: ['payments'], ...body };
    return this.begin(
      'incident',
      {
        kind: 'incident',
        id: `INC-${randomUUID()}`,
        at: options.at ?? present(),
        actor: actorOf('emeka'),
        policy: options.policy ?? openIncidents,
        body: full,
        ...(options.alerts === undefined ? {} : { alerts: options.alerts }),
      },
      options.run,
    );
  }
  release(
    targetAt: string,
    body: Partial<CommandBody<'plan'>> = {},
    options: { policy?: Policy; run?: RunOptions; tellsChanges?: true | 'all' } = {},
  ): Promise<Live> {
    const full = { title: '2.14', services: ['payments'], targetAt, ...body };
    return this.begin(
      'release',
      {
        kind: 'release',
        id: `REL-${randomUUID()}`,
        at: present(),
        actor: actorOf('jonas'),
        policy: options.policy ?? openReleases,
        body: full,
        ...given({ tellsChanges: options.tellsChanges }),
      },
      options.run,
    );
  }

  private async begin(workflowType: 'incident' | 'release', input: StartInput, run?: RunOptions): Promise<Live> {
    const args = run === undefined ? [input] : [input, run];
    const handle = await this.harness.env.client.workflow.start(workflowType, {
      workflowId: input.id,
      taskQueue: this.harness.taskQueue,
      args,
      // As the API starts a process: lists show what the memo says.
      memo: { title: input.body.title, beganAt: new Date(input.at).toISOString() },
    });
    return new Live(this, handle, input.id, input.at);
  }

  /** A process that began earlier, through another connection. */
  follow(id: string, beganAt: number): Live {
    return new Live(this, this.harness.env.client.workflow.getHandle(id), id, beganAt);
  }

  async close(): Promise<void> {
    await this.harness.stop();
  }
}

export class Live {
  private keys = 0;
  constructor(
    readonly bench: Bench,
    readonly handle: WorkflowHandle,
    readonly id: string,
    readonly beganAt: number,
  ) {}

  /** Lets virtual time pass to `after` the beginning; everything due happens at its own instant. */
  async until(after: string): Promise<this> {
    const wait = this.beganAt + ms(after) - (await this.now());
    if (wait > 0) await fastForward(this.bench.harness.env, this.id, wait);
    return this;
  }

  /** The present in the process's own time. */
  async now(): Promise<number> {
    const { env } = this.bench.harness;
    const described = await env.connection.workflowService.describeWorkflowExecution({
      namespace: env.namespace ?? 'default',
      execution: { workflowId: this.id },
    });
    const current = described.workflowExtendedInfo?.timeSkippingInfo?.currentTime;
    return current?.seconds == null
      ? present()
      : Number(current.seconds) * 1000 + Math.floor((current.nanos ?? 0) / 1e6);
  }

  async at<N extends ProcessCommandName>(
    after: string,
    name: N,
    body: CommandBody<N>,
    by = 'fatima',
  ): Promise<CommandAnswer> {
    await this.until(after);
    return this.ask(name, body, by);
  }

  /** Gives the command as an Update, now. */
  ask<N extends ProcessCommandName>(
    name: N,
    body: CommandBody<N>,
    by = 'fatima',
    envelope: Record<string, unknown> = {},
    updateId = `${name}/${(this.keys += 1)}`,
  ): Promise<CommandAnswer> {
    const { env } = this.bench.harness;
    const args: [unknown] = [
      { body, actor: actorOf(by), key: updateId, fingerprint: JSON.stringify(body), ...envelope },
    ];
    return env.connection.withDeadline(present() + 10_000, () =>
      this.handle.executeUpdate<CommandAnswer, [unknown]>(name, { args, updateId }),
    );
  }

  signal<N extends ProcessCommandName>(
    name: N,
    body: unknown,
    by = 'fatima',
    envelope: Record<string, unknown> = {},
  ): Promise<void> {
    return this.handle.signal(name, { body, actor: actorOf(by), ...envelope });
  }

  view(): Promise<ProcessFacts> {
    return this.handle.query<ProcessFacts>('view');
  }
  timeline(): Promise<TimelineEntry[]> {
    return this.handle.query<TimelineEntry[]>('timeline');
  }
  deliveries(): Promise<Delivery[]> {
    return this.handle.query<Delivery[]>('deliveries');
  }

  /**
   * The messages of this process, as `3m page giorgos`: the nominal instant, kind and recipient;
   * sorted within an instant.
   */
  async messages(kinds: readonly SendRequest['kind'][] = ['page']): Promise<string[]> {
    const lines = this.bench.sent
      .filter(({ process, kind }) => process.id === this.id && kinds.includes(kind))
      .map((request) => ({
        at: request.nominalAt,
        line: `${this.clock(request.nominalAt)} ${request.kind} ${request.recipient}`,
      }));
    return Promise.resolve(lines.sort((a, b) => a.at - b.at || (a.line < b.line ? -1 : 1)).map(({ line }) => line));
  }

  /** How many events the current run holds, without those that only time skipping adds. */
  async events(): Promise<number> {
    const history = await this.handle.fetchHistory();
    return (history.events ?? []).filter(({ eventType }) => !virtualOnly.has(eventType as number)).length;
  }

  clock(at: number): string {
    const minutes = (at - this.beganAt) / 60_000;
    return Number.isInteger(minutes) ? `${minutes}m` : `${Math.round((at - this.beganAt) / 100) / 10}s`;
  }

  /** Repeats `question` until its answer is true, at most 10 s. */
  async eventually<T>(question: () => Promise<T>): Promise<T> {
    for (const end = performance.now() + 10_000; ;) {
      const answer = await question();
      if (answer || performance.now() > end) return answer;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Event types of time skipping: skipped time, and the options that asked for it. */
const virtualOnly = new Set([55, 60]);

function ms(text: string): number {
  if (text === '0') return 0;
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.value;
}
