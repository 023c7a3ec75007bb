/**
 * Owns what Muster does to the world, behind ports: look up recipients, send one message, start or
 * tell another process. Holds no rule: the domain and the workflows decide whom a rung means, what
 * follows a failure and how often to try again.
 */
import { ApplicationFailure, Context } from '@temporalio/activity';
import {
  actorFacts,
  sourceWord,
  answererOf,
  meansSchedule,
  noticeRecipients,
  refsOfReaders,
  resolveRecipients,
  type AbsorbRequest,
  type Actor,
  type AlertReport,
  type AnsweredVia,
  type AnswerRequest,
  type ChangeOutcome,
  type DeclareRequest,
  type Directory,
  type FindRequest,
  type FollowRequest,
  type FollowResult,
  type FoundIncidents,
  type Instant,
  type IntakeOutcome,
  type NoticeAbout,
  type NoticeReaders,
  type NoticeRecipient,
  type Override,
  type PlaceRequest,
  type ReleaseReport,
  type ReleaseWord,
  type ResolveRequest,
  type ResolveResult,
  type SaidChange,
  type SendRequest,
  type Show,
  type SendResult,
} from '../domain';
import type { Channel, Deliverer, FollowAttempt, Setback } from './channel';
import { followingOf, addressedMessage } from './addressing';
import { forOtherReaders } from './headline';
import { Bulkhead } from './bulkhead';
import { counted, isLastOf } from './counted';
import { Gatherer } from './gatherer';
import { attemptMs, attemptsOver, patientMs, tooManyAtOnce } from './sending';
import type { DeliveryMetrics } from './lateness';
import { within } from '../time-limit';
import type { WireLinks } from './wire';
import { given } from '../given';

export interface Logger {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
}

/** Other processes, reached through Temporal. */
export interface Processes {
  /** Declares an incident, once per `request.key`; answers its id. */
  declareIncident(request: DeclareRequest): Promise<string>;
  /**
   * Tells the surviving incident of a merge. Throws PermanentFailure when that incident has ended.
   */
  absorb(request: AbsorbRequest): Promise<void>;
  /**
   * Places alerts: an open incident takes them, else one begins with them. `attempt`: from 1; an
   * incident that does not answer for some attempts is passed over.
   */
  placeAlerts(request: PlaceRequest, attempt: number): Promise<IntakeOutcome>;
  /** Tells an incident how its alerts stand. */
  tellAlerts(incident: string, report: AlertReport): Promise<IntakeOutcome>;
  /**
   * Acknowledges as `actor`, who answered the page in the pager's own app: once, however often it
   * is told.
   */
  acknowledgePage(request: AnswerRequest, actor: Actor, via: AnsweredVia): Promise<IntakeOutcome>;
  /**
   * The open incidents about which a release has to know, as they say themselves that they stand.
   */
  findIncidents(request: FindRequest): Promise<FoundIncidents>;
  /** Tells an incident what became of the gates of a release. */
  tellIncident(report: ReleaseReport): Promise<void>;
  /** Does what a message of a deployment tool says, or says why no release takes it. */
  applyChange(said: SaidChange): Promise<ChangeOutcome>;
  /** Tells the log of changes what a release says of itself. */
  tellChange(word: ReleaseWord): Promise<void>;
  /** The post-incident report as it stands. Rejects when the process does not answer in time. */
  report(id: string): Promise<{ readonly title: string; readonly markdown: string; readonly html: string }>;
}

/** Thrown by a port when trying again cannot help. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
}

export interface ActivityDeps {
  /** People, teams and services as they are now. */
  readonly directory: () => Directory;
  /** The overrides of the schedules, as they are now. Never rejects. */
  readonly overrides: () => Promise<readonly Override[]>;
  /** Channels by their names in channels.yaml. */
  readonly channels: ReadonlyMap<string, { readonly type: string; readonly channel: Channel }>;
  readonly processes: Processes;
  /** Who hears of alerts that fit no rule, and of processes that Muster no longer runs. */
  readonly notices: NoticeReaders;
  readonly links: WireLinks;
  /** The text of a message: built-in, or from a template of the installation. */
  readonly words: (request: SendRequest, show: Show) => string;
  /** The zone of times in messages, besides UTC; such as `Europe/Athens`. */
  readonly zone: string;
  readonly clock: () => Instant;
  readonly metrics: DeliveryMetrics;
  readonly logger: Logger;
}

export type Activities = ReturnType<typeof createActivities>;

/** `gatherer`: the pages of this worker that wait to go together. */
export function createActivities(deps: ActivityDeps, gatherer = new Gatherer()) {
  const bulkhead = new Bulkhead();
  const attemptAt = attemptsOver({ bulkhead, gatherer, logger: deps.logger });
  const attemptToSend = async (request: SendRequest, isLast: boolean): Promise<SendResult> => {
    const { info } = Context.current();
    const metrics = deps.metrics.ofProcess(request.process);
    const found = deps.channels.get(request.channel);
    if (!found) {
      metrics.failed(request.kind, 'unknown');
      return { status: 'failed', because: unknownChannel(request.channel, deps.channels) };
    }
    const { channel } = found;
    if (!carriesMessages(channel)) {
      metrics.failed(request.kind, found.type);
      return { status: 'failed', because: `${request.channel} (${found.type}) carries no messages to people` };
    }
    const shown = channel.readByOthers ? forOtherReaders(request) : request;
    const message = { ...addressedMessage(shown, found.type, deps), isRepeated: info.attempt > 1 };
    const attempt = await attemptAt(request, channel, message);
    if (attempt.status === 'delivered') {
      // `late` is how late the rung fired; waiting for the worker and earlier attempts come on
      // top.
      metrics.delivered(request.kind, found.type, request.late + Math.max(0, attempt.at - info.scheduledTimestampMs));
      return attempt;
    }
    if (attempt.status === 'failed') {
      metrics.failed(request.kind, found.type);
      deps.logger.warn('a notification failed for good', {
        key: request.key,
        channel: request.channel,
        because: attempt.because,
      });
      return attempt;
    }
    if (request.kind === 'page' && request.otherWays && (attempt.retryAfterMs ?? 0) > pageWaitsMs) {
      metrics.failed(request.kind, found.type);
      const seconds = Math.ceil(attempt.retryAfterMs! / 1000);
      return {
        status: 'failed',
        because: `${attempt.because}, to try again in ${seconds} s; another way is quicker`,
      };
    }
    if (isLast) metrics.failed(request.kind, found.type);
    else metrics.retried(request.kind, found.type);
    throw unavailable(attempt, longestPauseMs[request.kind]);
  };
  return {
    /**
     * The recipients of each rung, at this moment: the one place where a page meets the schedules.
     */
    async resolve(request: ResolveRequest): Promise<ResolveResult> {
      if (request.fallthrough) deps.metrics.ofProcess(request).fellThrough();
      const directory = deps.directory();
      const scheduled = request.rungs.some(({ to }) => meansSchedule(to, directory));
      const overrides = scheduled ? await deps.overrides() : [];
      return resolveRecipients(request, { ...directory, overrides }, deps.clock());
    },

    /**
     * One attempt to send one message. A permanent failure is a result; a failure that may pass is
     * thrown, so that Temporal retries.
     */
    send(request: SendRequest): Promise<SendResult> {
      return counted(request, (isLast) => attemptToSend(request, isLast));
    },

    /** One attempt to bring an outside tool up to date with a process. */
    async follow(request: FollowRequest): Promise<FollowResult> {
      const { info, cancellationSignal } = Context.current();
      const metrics = deps.metrics.ofProcess(request.process);
      const found = deps.channels.get(request.channel);
      if (!found?.channel.follow) {
        metrics.followed(found?.type ?? 'unknown', 'failed');
        const because = found
          ? `${request.channel} (${found.type}) cannot follow a process`
          : unknownChannel(request.channel, deps.channels);
        return { status: 'failed', because };
      }
      const follow = found.channel.follow.bind(found.channel);
      const attempt: FollowAttempt =
        (await bulkhead.take(request.channel, 'follow', () =>
          within(attemptMs.follow, [cancellationSignal], (limit) =>
            follow(followingOf(request, found.type, deps), limit),
          ),
        )) ?? tooManyAtOnce(request.channel, patientMs(request.key));
      const isOver = attempt.status !== 'unavailable' || isLastOf(info);
      metrics.followed(found.type, attempt.status === 'done' ? 'done' : isOver ? 'failed' : 'retried');
      if (attempt.status === 'done') return attempt;
      deps.logger.warn('an outside tool could not be brought up to date', {
        key: request.key,
        channel: request.channel,
        because: attempt.because,
      });
      if (attempt.status === 'failed') return attempt;
      throw unavailable(attempt, longestPauseMs.announce);
    },

    declareIncident(request: DeclareRequest): Promise<string> {
      return settled(deps.processes.declareIncident(request));
    },

    absorb(request: AbsorbRequest): Promise<void> {
      return settled(deps.processes.absorb(request));
    },

    placeAlerts(request: PlaceRequest): Promise<IntakeOutcome> {
      return settled(deps.processes.placeAlerts(request, Context.current().info.attempt));
    },

    /**
     * Whom a notice is for at this moment: the readers of notices, and those whom it is `about`.
     */
    async noticeRecipients(about?: NoticeAbout): Promise<NoticeRecipient[]> {
      const directory = deps.directory();
      const isScheduled = meansSchedule(refsOfReaders(deps.notices, about), directory);
      const overrides = isScheduled ? await deps.overrides() : [];
      return noticeRecipients(deps.notices, { ...directory, overrides }, deps.clock(), about);
    },

    tellAlerts(incident: string, report: AlertReport): Promise<IntakeOutcome> {
      return settled(deps.processes.tellAlerts(incident, report));
    },

    /** Acknowledges an incident as whoever answered its page in the pager's own app. */
    async answerPage(request: AnswerRequest): Promise<IntakeOutcome> {
      const directory = { ...deps.directory(), overrides: await deps.overrides() };
      const answerer = answererOf(request, directory.people);
      if (answerer === undefined) return { type: 'unwanted', because: 'the key does not say to whom the page went' };
      const { person, name } = answerer;
      const via = { source: request.source, ...given({ name, closed: request.closed }) };
      const actor = { ...actorFacts(person, directory, deps.clock()), via: sourceWord(request.source) };
      const outcome = await settled(deps.processes.acknowledgePage(request, actor, via));
      const { source, process, key, by } = request;
      if (outcome.type === 'unwanted')
        deps.logger.info('an answer in a pager changed nothing', {
          source,
          process,
          key,
          by,
          because: outcome.because,
        });
      return outcome;
    },

    findIncidents(request: FindRequest): Promise<FoundIncidents> {
      return settled(deps.processes.findIncidents(request));
    },

    tellIncident(report: ReleaseReport): Promise<void> {
      return settled(deps.processes.tellIncident(report));
    },

    applyChange(said: SaidChange): Promise<ChangeOutcome> {
      return settled(deps.processes.applyChange(said));
    },

    tellChange(word: ReleaseWord): Promise<void> {
      return settled(deps.processes.tellChange(word));
    },
  };
}

/**
 * A page that has another channel does not wait longer than this for a receiver that asks to come
 * later.
 */
const pageWaitsMs = 5_000;
/**
 * The longest pause that a receiver may ask for, so that the next channel is still tried in time.
 */
const longestPauseMs: Record<SendRequest['kind'], number> = { page: 60_000, remind: 600_000, announce: 1_800_000 };

function carriesMessages(channel: Channel): channel is Channel & Deliverer {
  return channel.deliver !== undefined;
}
function unknownChannel(name: string, known: ActivityDeps['channels']): string {
  return `no channel is called ${name}; known are ${[...known.keys()].join(', ')}`;
}
function unavailable(
  { because, retryAfterMs }: Setback & { status: 'unavailable' },
  longestMs: number,
): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'ChannelUnavailable',
    message: because,
    category: 'BENIGN',
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: Math.min(retryAfterMs, longestMs) }),
  });
}

async function settled<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof PermanentFailure)
      throw ApplicationFailure.create({ type: 'Permanent', message: error.message, nonRetryable: true, cause: error });
    throw error;
  }
}
