/**
 * Owns the loop that drives the production rules through virtual time, as the workflow drives them
 * through real time: passing time, commands, and effects carried out at once. Rehearsals and tests
 * use this loop. Holds no rule and touches nothing outside.
 */
import { deadlineId, updateId } from '../deadlines/kinds';
import { isUnmet } from '../deadlines/due';
import { accept, nextInstant, settleAndComplete } from '../engine/engine';
import { assertNever } from '../model/assert-never';
import { resolveRecipients } from '../on-call/recipients';
import { start } from '../engine/start';
import { draftOf } from '../state/draft';
import type {
  AbsorbRequest,
  Accepted,
  Command,
  Deadline,
  Directory,
  Effect,
  EffectOutcome,
  FiredRung,
  FollowRequest,
  FollowResult,
  IncidentStanding,
  Instant,
  ProcessCommandName,
  ProcessState,
  ReleaseWord,
  Refused,
  ReleaseReport,
  ResolveRequest,
  SendRequest,
  StartInput,
  TimelineEvent,
} from '../model';

/** A message that left in virtual time. */
export interface SentAt {
  readonly at: Instant;
  /** The number of the event that caused the message. */
  readonly of: number;
  readonly request: SendRequest;
  /** The rungs that the message tells of. */
  readonly rungs: readonly FiredRung[];
}

/** The channels that refuse messages, by `channel` or by `person/channel`, and why. */
export type Broken = ReadonlyMap<string, string>;

/** The id of every incident that a rehearsed roll-back declares; no such incident exists. */
const rehearsedIncident = 'INC-2026-12-07-009';

export class VirtualRun {
  state: ProcessState;
  now: Instant;
  /** While true the engine is absent: time passes and nothing is settled. */
  away = false;
  /** How often the process may still wake up. At 0, due work stays undone and `spent` is true. */
  mostActivations = Infinity;
  spent = false;
  readonly sent: SentAt[] = [];
  /** The messages that did not get through, and why. */
  readonly failed: (SentAt & { readonly because: string })[] = [];
  /** The key of every message that was tried, delivered or not, in order. */
  readonly tried: string[] = [];
  /** Every look-up of recipients. */
  readonly resolved: ResolveRequest[] = [];
  /** What outside tools were told. */
  readonly followed: FollowRequest[] = [];
  /** What another incident was told, because this one was merged into it. */
  readonly told: AbsorbRequest[] = [];
  /** How other incidents stand now, as a release finds them when it looks (R43). */
  incidents: readonly IncidentStanding[] = [];
  /** What incidents were told of the gates that they close. */
  readonly reported: ReleaseReport[] = [];
  /** What a release told the log of changes of itself. */
  readonly toldChanges: ReleaseWord[] = [];
  /**
   * By the number of an event that missed, met or exhausted a deadline: when that round was due.
   * Later rounds move `dueAt`.
   */
  readonly dueAtOf = new Map<number, Instant>();
  private noted: Noted = { events: 0, deadlines: {} };

  /**
   * Begins at `input.at`. `directoryNow` is asked at each look-up, because the directory may change
   * in between.
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
   * past changes nothing. `inputNext`: what is due at `end` itself waits for an input that comes at
   * that very instant (T3). Time stops passing once `isEnough`.
   */
  passTo(end: Instant, inputNext = false, isEnough: (state: ProcessState) => boolean = () => false): void {
    const last = inputNext ? end - 1 : end;
    if (!this.away) {
      let isOwnCopy = false;
      for (let next = nextInstant(this.state); next !== null && next <= last; next = nextInstant(this.state)) {
        if (next < this.now) throw new Error('the next instant lies before the present one');
        if (this.mostActivations <= 0) {
          this.spent = true;
          return;
        }
        this.now = next;
        // One copy of the state for all that happens here: nobody has seen the states in between.
        if (!isOwnCopy) this.state = draftOf(this.state);
        isOwnCopy = true;
        this.settle();
        if (isEnough(this.state)) return;
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

  /** Settles the state at the present and carries out all its effects at once. */
  activate(): void {
    // Where nothing is due nothing changes, so that the state needs no copy.
    if (!this.isSettled()) this.state = draftOf(this.state);
    this.settle();
  }

  private isSettled(): boolean {
    if (this.state.outbox.length > 0) return false;
    const next = nextInstant(this.state);
    return next === null || next > this.now;
  }

  private settle(): void {
    this.mostActivations -= 1;
    settleAndComplete(this.state, this.now, (effect) => this.outcomeOf(effect));
    this.noteDueTimes();
  }

  private noteDueTimes(): void {
    const { noted, state } = this;
    const fresh = state.timeline.slice(noted.events);
    for (const event of fresh) {
      const dueAt = dueAtOfEvent(event, fresh, noted, state);
      if (dueAt !== undefined) this.dueAtOf.set(event.seq, dueAt);
    }
    this.noted = notedOf(state);
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
      case 'tell-change':
        this.toldChanges.push(effect.request);
        return { type: 'tell-change' };
      case 'absorb':
        this.told.push(effect.request);
        return { type: 'absorb' };
      case 'find-incidents':
        return { type: 'find-incidents', found: { incidents: this.incidents, unanswered: [] } };
      case 'tell-incident':
        this.reported.push(effect.request);
        return { type: 'tell-incident' };
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

  /** What an outside tool answers; tests override this. */
  protected follow({ channel }: FollowRequest): FollowResult {
    const because = this.brokenAt(this.now).get(channel);
    return because === undefined ? { status: 'done', at: this.now } : { status: 'failed', because };
  }
}

/** What was known of the deadlines after event number `events`. */
interface Noted {
  readonly events: number;
  readonly deadlines: Readonly<Record<string, Pick<Deadline, 'round' | 'dueAt' | 'status'>>>;
}
function notedOf({ timeline, deadlines }: ProcessState): Noted {
  const standing: Record<string, Noted['deadlines'][string]> = {};
  for (const id in deadlines) {
    const { round, dueAt, status } = deadlines[id]!;
    standing[id] = { round, dueAt, status };
  }
  return { events: timeline.length, deadlines: standing };
}

// `fresh`: the events between the states `before` and `after`, `event` included.
function dueAtOfEvent(
  event: TimelineEvent,
  fresh: readonly TimelineEvent[],
  before: Noted,
  after: ProcessState,
): Instant | undefined {
  switch (event.type) {
    case 'deadline-missed':
    case 'deadline-met':
    case 'exhausted':
      return [before, after].map(({ deadlines }) => deadlines[event.deadline]).find((one) => one?.round === event.round)
        ?.dueAt;
    case 'phase-completed': {
      const id = deadlineId('phase', event.phase);
      return after.deadlines[id]?.metAt === event.at ? after.deadlines[id].dueAt : undefined;
    }
    case 'update-posted': {
      // A late post has a `deadline-met` of its own; after the resolution no update is due.
      const update = before.deadlines[updateId];
      const said = fresh.some((other) => other.type === 'deadline-met' && other.deadline === updateId);
      return update && isUnmet(update) && !said ? update.dueAt : undefined;
    }
    // No other event misses, meets or exhausts a deadline.
    default:
      return undefined;
  }
}
