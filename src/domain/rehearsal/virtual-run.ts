/**
 * Owns the loop that drives the production rules through virtual time, as the workflow drives them
 * through real time: passing time, commands, and effects carried out at once. Rehearsals and tests
 * are made of it. Holds no rule and touches nothing outside.
 */
import { deadlineId, updateId, updateOf } from '../deadlines/kinds';
import { isUnmet } from '../deadlines/deadlines';
import { accept, completeAll, nextInstant, settle } from '../engine/engine';
import { assertNever } from '../model/assert-never';
import { resolveRecipients } from '../on-call/recipients';
import { start } from '../engine/start';
import type {
  Accepted,
  Command,
  Directory,
  Effect,
  EffectOutcome,
  FiredRung,
  FollowRequest,
  FollowResult,
  Instant,
  ProcessCommandName,
  ProcessState,
  Refused,
  ResolveRequest,
  SendRequest,
  StartInput,
  TimelineEvent,
} from '../model';

/** A message on its way in virtual time. */
export interface SentAt {
  readonly at: Instant;
  /** Number of the event that caused it. */
  readonly of: number;
  readonly request: SendRequest;
  /** What it tells of. */
  readonly rungs: readonly FiredRung[];
}

/** What refuses messages: by `channel` or by `person/channel`, and why. */
export type Broken = ReadonlyMap<string, string>;

/** The id that a declared incident gets here; there is none. */
const rehearsedIncident = 'INC-2026-12-07-009';

export class VirtualRun {
  state: ProcessState;
  now: Instant;
  /** While true the engine is absent: time passes and nothing is settled. */
  away = false;
  /** How often it may still wake up; what is due then stays undone and `spent` says so. */
  mostActivations = Infinity;
  spent = false;
  readonly sent: SentAt[] = [];
  /** What did not get through, with why. */
  readonly failed: (SentAt & { readonly because: string })[] = [];
  /** The key of every message that was tried, delivered or not, in order. */
  readonly tried: string[] = [];
  /** Every look-up of who is meant. */
  readonly resolved: ResolveRequest[] = [];
  /** What outside tools were told. */
  readonly followed: FollowRequest[] = [];
  /**
   * When the round of a deadline was due that an event missed, met or gave up, by the number of the
   * event: later rounds move `dueAt`.
   */
  readonly dueAtOf = new Map<number, Instant>();
  private noted: Noted = { timeline: [], deadlines: {} };

  /**
   * Begins at `input.at`. `directory` is asked at each look-up: who is who may change in between.
   */
  constructor(
    input: StartInput,
    private readonly directoryNow: () => Directory,
    private readonly brokenAt: (now: Instant) => Broken,
  ) {
    this.now = input.at;
    this.state = start(input);
    this.activate();
  }

  /**
   * Lets time pass to `end`; everything due on the way happens at its own instant. An `end` in the
   * past changes nothing.
   */
  passTo(end: Instant): void {
    if (!this.away) {
      for (let next = nextInstant(this.state); next !== null && next <= end; next = nextInstant(this.state)) {
        if (next < this.now) throw new Error('the next instant lies before the present one');
        if (this.mostActivations <= 0) {
          this.spent = true;
          return;
        }
        this.now = next;
        this.activate();
      }
    }
    this.now = Math.max(end, this.now);
  }

  /** Gives a command now; applied when accepted. Fires nothing until the next `activate`. */
  give<N extends ProcessCommandName>(command: Command<N>): Accepted | Refused {
    const answer = accept(this.state, command, this.now);
    if (answer.ok) this.state = answer.state;
    this.noteDueTimes();
    return answer;
  }

  /** Settles the state at the present and carries out all that it owes, at once. */
  activate(): void {
    this.mostActivations -= 1;
    this.state = settle(this.state, this.now);
    this.state = completeAll(this.state, this.now, (effect) => this.outcomeOf(effect));
    this.noteDueTimes();
  }

  private noteDueTimes(): void {
    const { noted, state } = this;
    const fresh = state.timeline.slice(noted.timeline.length);
    for (const event of fresh) {
      const dueAt = dueAtOfEvent(event, fresh, noted, state);
      if (dueAt !== undefined) this.dueAtOf.set(event.seq, dueAt);
    }
    this.noted = state;
  }

  private outcomeOf(effect: Effect): EffectOutcome {
    switch (effect.type) {
      case 'resolve':
        this.resolved.push(effect.request);
        return { type: 'resolve', result: resolveRecipients(effect.request, this.directoryNow(), this.now) };
      case 'send':
        return this.deliver(effect);
      case 'follow':
        this.followed.push(effect.request);
        return { type: 'follow', result: this.follow(effect.request) };
      case 'declare-incident':
        return { type: 'declare-incident', incident: rehearsedIncident };
      case 'absorb':
        return { type: 'absorb' };
      default:
        return assertNever(effect);
    }
  }

  private deliver({ of, request, rungs }: Extract<Effect, { type: 'send' }>): EffectOutcome {
    this.tried.push(request.key);
    const broken = this.brokenAt(this.now);
    const because = broken.get(request.channel) ?? broken.get(`${request.recipient}/${request.channel}`);
    if (because !== undefined) {
      this.failed.push({ at: this.now, of, request, rungs, because });
      return { type: 'send', result: { status: 'failed', because } };
    }
    this.sent.push({ at: this.now, of, request, rungs });
    return { type: 'send', result: { status: 'delivered', at: this.now } };
  }

  /** What a tool answers; for tests to say otherwise. */
  protected follow({ channel }: FollowRequest): FollowResult {
    const because = this.brokenAt(this.now).get(channel);
    return because === undefined ? { status: 'done', at: this.now } : { status: 'failed', because };
  }
}

type Noted = Pick<ProcessState, 'timeline' | 'deadlines'>;

// `fresh`: the events between the states `before` and `after`, this one among them.
function dueAtOfEvent(
  event: TimelineEvent,
  fresh: readonly TimelineEvent[],
  before: Noted,
  after: Noted,
): Instant | undefined {
  const inRound = (id: string, round: number | undefined) =>
    [before, after].map(({ deadlines }) => deadlines[id]).find((one) => one !== undefined && one.round === round)
      ?.dueAt;
  switch (event.type) {
    case 'deadline-missed':
    case 'deadline-met':
    case 'exhausted':
      return inRound(event.deadline, event.round);
    case 'phase-completed': {
      const id = deadlineId('phase', event.phase);
      return after.deadlines[id]?.metAt === event.at ? after.deadlines[id].dueAt : undefined;
    }
    case 'update-posted': {
      // A late one has said so itself; after the resolution none is due.
      const update = updateOf(before);
      const said = fresh.some((other) => other.type === 'deadline-met' && other.deadline === updateId);
      return update && isUnmet(update) && !said ? update.dueAt : undefined;
    }
    // No other event misses, meets or gives up a deadline.
    default:
      return undefined;
  }
}
