/**
 * Owns how the API reaches processes through Temporal: starts, Updates, Queries. In the API, only
 * this folder uses @temporalio/client. Holds no rule; turns Temporal's errors into those of the
 * port. No call outlives its deadline.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  isRetryableError,
  makeGrpcRetryInterceptor,
  WorkflowExecutionAlreadyStartedError,
  type Client,
} from '@temporalio/client';
import type { ProcessCommandName } from '../../contracts/command-table';
import {
  keyReused,
  memoOf,
  searchAttributesOf,
  settle,
  start,
  viewOf,
  type CommandAnswer,
  type Delivery,
  type ProcessFacts,
  type ProcessState,
  type SendResult,
  type StartInput,
  type Account,
  type TimelineEntry,
} from '../../domain';
import type { ChannelTestRequest } from '../../workflows/channel-test';
import { startAttributePairs } from '../../workflows/search-attributes';
import {
  Refused,
  StoreUnavailable,
  type Beginning,
  type Begun,
  type ProcessStore,
  type Envelope,
  type Health,
  type ListFilter,
  type ListPage,
  type News,
  type NextIds,
  type Promises,
  type Soonest,
  type StoredRow,
} from './process-store';
import { keptApart } from './apart';
import { ask, isPassing, patienceMs } from './ask';
import { EngineHealth, type OwnWorker } from './health';
import { ProcessIds } from './ids';
import { ProcessLists } from './lists';
import { SingleFlights } from './single-flight';
import { openIncidentsOn } from './on-services';
import { KeyedSemaphore } from './keyed-semaphore';
import { patiently } from './patiently';
import { ProcessQuestions } from './questions';
import { keyAsId, type UpdateIdOf } from './update-id';
import { atMost, unlessAborted, within } from '../../time-limit';
import { given } from '../../given';

/** Time for one attempt over the channel and, for pagers, another attempt that closes the alert. */
const channelTestMs = 35_000;
/**
 * How long a command waits for what lists say, and for the release to look, of the 5 s that an
 * answer may take.
 */
const lookMs = 1_000;
const lookPauseMs = 30;
/**
 * How many Updates of one workflow are under way at a time. Temporal takes 10; with the eleventh it
 * drops the others too, and all begin again. Five API processes together stay at 10; of more, those
 * that were dropped come again at different moments.
 */
const updatesAtATime = 2;

/**
 * How long a beginning waits for its turn when it may be asked again under its key. The command
 * line waits 30 s for an answer, and so do most proxies.
 */
const turnMs = 20_000;
/** How often it looks whether turns pass at all. */
const lookEveryMs = 250;

/** The longest pause before a retry of a call that failed for a passing reason. */
export const longestRetryPauseMs = 400;
/**
 * Interceptors for the connection of the gateway. The SDK's own retries pause for up to 5 s, longer
 * than every deadline here. They pause for a whole second when Temporal is busy, which a burst of
 * declarations causes (10 Updates in flight per workflow).
 */
export const connectionInterceptors = [
  makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => attempt < 20 && isRetryableError(status),
    delayFunction: (attempt) => Math.min(longestRetryPauseMs, 50 * 1.5 ** attempt) * (0.6 + Math.random() * 0.4),
  }),
];

export interface GatewaySettings {
  /** A client with Muster's payload converter and `connectionInterceptors`. */
  readonly client: Client;
  readonly taskQueue: string;
  readonly clock?: () => number;
  /** The secret of the installation, which seals cursors; by default one of this process alone. */
  readonly secret?: Buffer;
  /** Default: the key. */
  readonly updateIdOf?: UpdateIdOf;
  readonly news?: News;
  /** The worker of this program, if it has one; undefined until that worker runs. */
  readonly ownWorker?: () => OwnWorker | undefined;
}

/** The store of processes over Temporal. */
export function createGateway(settings: GatewaySettings): ProcessStore {
  return new TemporalGateway({ clock: Date.now, updateIdOf: keyAsId, ...settings });
}

// The title is neutral in a restricted process (R37).
function startMemo(state: ProcessState): Record<string, unknown> {
  const { title, services, seenBy } = memoOf(state);
  return { title, ...(seenBy === null ? {} : { services, seenBy }) };
}

class TemporalGateway implements ProcessStore {
  private readonly questions: ProcessQuestions;
  /** Many people look at one process at once, and each page asks for who may see it. */
  private readonly shared = new SingleFlights();
  private readonly updateSlots = new KeyedSemaphore(updatesAtATime);
  private readonly ids: ProcessIds;
  private readonly lists: ProcessLists;
  private readonly engineHealth: EngineHealth;
  /** When a beginning came a step further the last time, by `performance.now()`. */
  private turnAt = Number.NEGATIVE_INFINITY;
  constructor(private readonly settings: GatewaySettings & Required<Pick<GatewaySettings, 'clock' | 'updateIdOf'>>) {
    const { client } = settings;
    this.questions = new ProcessQuestions(client);
    this.engineHealth = new EngineHealth(settings);
    this.ids = new ProcessIds(client, settings.taskQueue, settings.updateIdOf);
    this.lists = new ProcessLists(client, settings.clock, settings.secret ?? randomBytes(32));
  }

  begin(beginning: Beginning, inputOf: (id: string, at: number) => StartInput): Promise<Begun> {
    const subject = `the next ${beginning.kind}`;
    if (!beginning.waits) return this.ask(subject, (signal) => this.beginOnce(beginning, inputOf, signal));
    let attempts = 0;
    const inTurn = (signal: AbortSignal) =>
      patiently(
        async () => {
          attempts += 1;
          const { isRepeat, ...begun } = await this.beginOnce(beginning, inputOf, signal);
          // An earlier attempt of this very request may have begun the process.
          return { ...begun, ...given({ isRepeat: attempts === 1 ? isRepeat : undefined }) };
        },
        { isPassing, signal },
      );
    return this.ask(subject, (signal) => this.whileTurnsPass(signal, inTurn), turnMs);
  }

  private async beginOnce(
    beginning: Beginning,
    inputOf: (id: string, at: number) => StartInput,
    signal: AbortSignal,
  ): Promise<Begun> {
    const { id, at, fingerprint } = await this.ids.allocate(beginning, this.settings.clock(), signal);
    this.turnAt = performance.now();
    if (fingerprint !== beginning.fingerprint) throw new Refused(keyReused);
    const input = inputOf(id, at);
    const state = settle(start(input), at);
    let repeat: Pick<Begun, 'isRepeat'> = {};
    try {
      await this.settings.client.workflow.start(input.kind, {
        workflowId: id,
        taskQueue: this.settings.taskQueue,
        args: [input],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        typedSearchAttributes: startAttributePairs(searchAttributesOf(state)),
        // Lists are made only from memo and search attributes; no process is queried for its row.
        memo: { ...startMemo(state), beganAt: new Date(state.beganAt).toISOString() },
      });
    } catch (error) {
      // A repeated request: the process was started before, from the same input.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      repeat = { isRepeat: true };
    }
    this.turnAt = performance.now();
    this.lists.noteChange();
    const facts = viewOf(state);
    this.settings.news?.begun(facts, input.policy);
    return { ...facts, ...repeat };
  }

  /**
   * Settles like `work`, which waits for its turn, unless nobody has had a turn for as long as
   * other questions wait: then the engine serves nobody, and nobody waits in vain.
   */
  private async whileTurnsPass<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const began = performance.now();
    const stuck = new AbortController();
    const look = () => {
      if (performance.now() - Math.max(began, this.turnAt) > patienceMs)
        stuck.abort(new StoreUnavailable('no answer in time'));
    };
    const watch = setInterval(look, lookEveryMs);
    try {
      return await within(turnMs, [signal, stuck.signal], (limit) => unlessAborted(limit, work(limit)));
    } finally {
      clearInterval(watch);
    }
  }

  command(id: string, name: ProcessCommandName, envelope: Envelope): Promise<CommandAnswer> {
    return this.questions.about(id, async (signal) => {
      const handle = this.settings.client.workflow.getHandle(id);
      const answer = await this.updateSlots.take(id, signal, () =>
        patiently(
          () =>
            keptApart(handle, () =>
              handle.executeUpdate<CommandAnswer, [Envelope]>(name, {
                args: [envelope],
                updateId: this.settings.updateIdOf(envelope.key),
              }),
            ),
          { isPassing, signal },
        ),
      );
      // Temporal answers a repeated update id by itself, without a look at its arguments.
      if (answer.fingerprint !== envelope.fingerprint) throw new Refused(keyReused);
      this.lists.noteChange();
      this.settings.news?.commanded(id, name, envelope.body);
      return answer;
    });
  }

  signal(id: string, name: ProcessCommandName, envelope: Envelope): Promise<void> {
    return this.questions.about(id, () =>
      this.settings.client.workflow.getHandle(id).signal<[Envelope]>(name, envelope),
    );
  }

  async lookAtIncidents(id: string): Promise<void> {
    const handle = this.settings.client.workflow.getHandle(id);
    const look = async (signal: AbortSignal) => {
      await keptApart(handle, () => handle.executeUpdate<void, []>('look'));
      while (await handle.query<boolean, []>('looking')) await pause(lookPauseMs, undefined, { signal });
    };
    try {
      const mayBeClosed = atMost(lookMs, this.mayBeClosed(id));
      // Where nobody can say, it looks all the same.
      if (await mayBeClosed.catch(() => true)) await this.ask(id, look, lookMs);
    } catch {
      // It looks for none, or knows only what it knew: the command is decided by that.
    }
  }

  /** Whether an incident closes the gates of the release, or one is listed that may. */
  private async mayBeClosed(id: string): Promise<boolean> {
    const facts = await this.view(id);
    return facts.closedBy !== undefined || (await openIncidentsOn(this, facts)).length > 0;
  }

  view(id: string): Promise<ProcessFacts> {
    return this.shared.read(`view ${id}`, () => this.questions.view(id));
  }

  timeline(id: string, after: number, limit: number): Promise<TimelineEntry[]> {
    return this.shared.read(`timeline ${id} ${after} ${limit}`, () => this.questions.timeline(id, after, limit));
  }

  account(id: string): Promise<Account> {
    return this.questions.account(id);
  }

  deliveries(id: string): Promise<Delivery[]> {
    return this.questions.deliveries(id);
  }

  list(filter: ListFilter, limit: number, cursor?: string): Promise<ListPage> {
    return this.ask('the list', () => this.lists.page(filter, limit, cursor));
  }

  skipIds(count: number, key: string): Promise<NextIds> {
    return this.ask('the ids of the day', () => this.ids.skip(count, key, this.settings.clock()));
  }

  ended(): Promise<readonly StoredRow[]> {
    return this.ask('the ended processes', () => this.lists.ended());
  }

  standing(): Promise<readonly StoredRow[]> {
    return this.ask('the processes that stand still', () => this.lists.standing());
  }

  soonest(): Promise<Soonest> {
    return this.ask('the next deadlines', () => this.lists.soonest());
  }

  promises(owners?: readonly string[], until?: number): Promise<Promises> {
    return this.ask('the action items', () => this.lists.promises(owners, until));
  }

  testChannel(test: ChannelTestRequest): Promise<SendResult> {
    const { client, taskQueue } = this.settings;
    return this.ask(
      'the test',
      () =>
        client.workflow.execute<(test: ChannelTestRequest) => Promise<SendResult>>('channelTest', {
          workflowId: test.send.process.id,
          taskQueue,
          args: [test],
          workflowExecutionTimeout: channelTestMs,
        }),
      channelTestMs,
    );
  }

  health(): Promise<Health> {
    return this.engineHealth.ask();
  }

  private ask<T>(subject: string, question: (signal: AbortSignal) => Promise<T>, ms?: number): Promise<T> {
    return ask(this.settings.client, subject, question, ms);
  }
}
