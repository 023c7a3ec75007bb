/**
 * Owns that running releases hear of incidents (R43): whoever begins or changes an incident through
 * this program tells the releases on its services to look, and whoever begins a release tells it to
 * look at the open incidents; afterwards, and without anybody waiting for it. It is kept in memory
 * only: what is lost with the program is found out when somebody deploys, and while an incident
 * closes the gates. Neither process has a step for this in its own history, so that neither needs
 * what an earlier build lacks. How an incident stands, nobody tells: the release asks it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Log } from '../api/http/route';
import { KeyedSemaphore } from '../api/temporal/keyed-semaphore';
import { openIncidentsOn, runningReleasesOn } from '../api/temporal/on-services';
import { patiently } from '../api/temporal/patiently';
import { NoSuchProcess, type News, type ProcessStore, type StoredRow } from '../api/temporal/process-store';
import {
  canBeClosedByIncidents,
  standingChange,
  standsAsBefore,
  type CommandBody,
  type Policy,
  type ProcessCommandName,
  type ProcessFacts,
} from '../domain';
import { given } from '../given';
import { within } from '../time-limit';
import { each, tell } from './telling';

export interface ReleaseNewsSetup {
  readonly client: Client;
  readonly store: () => Pick<ProcessStore, 'list' | 'view'>;
  /** Whether an incident that stands so closes the gates of some releases. */
  readonly mayCloseGates: (incident: Pick<ProcessFacts, 'severity'> & Partial<Pick<ProcessFacts, 'levels'>>) => boolean;
  readonly log: Pick<Log, 'warn'>;
  readonly times?: Partial<Times>;
}

interface Times {
  /**
   * When the others are looked for, counted from the beginning or the change. Lists lag behind: an
   * incident and a release that begin at the same moment may both miss each other at first. Each
   * side looks again, because the program of the other may have died meanwhile.
   */
  readonly lookForMs: readonly number[];
  /** How long it is tried again when something fails, and the longest first pause. */
  readonly triedForMs: number;
  readonly pauseMs: number;
}
const usualTimes: Times = { lookForMs: [0, 5_000, 30_000], triedForMs: 60_000, pauseMs: 1_000 };

/** A Signal that is not taken in time is sent again. */
const answerWithinMs = 5_000;
/** Processes for which others are looked for at a time: people's own questions come first. */
const atATime = 4;
/** Processes of which others are being told. In a worse storm, they are not. */
const mostRounds = 1_000;

/** One process, and the others that it has been brought together with since it changed last. */
interface Round {
  readonly told: Set<string>;
  /** All that it is and was about meanwhile. */
  readonly services: Set<string>;
  facts?: ProcessFacts;
  /** It may stand otherwise than `facts` say. */
  asks: boolean;
  /** Its level may have counted before. */
  wasLevel: boolean;
  /** When it changed, and how often releases were looked for since. */
  since: number;
  passes: number;
  wake: AbortController;
}

export class ReleaseNews implements News {
  private readonly rounds = new Map<string, Round>();
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly turns = new KeyedSemaphore(atATime);
  private readonly end = new AbortController();
  private readonly times: Times;
  constructor(private readonly setup: ReleaseNewsSetup) {
    this.times = { ...usualTimes, ...setup.times };
  }

  /** A process has begun, and stands so. */
  begun(facts: ProcessFacts, policy: Pick<Policy, 'incidentsCloseGates' | 'gates'>): void {
    if (facts.kind === 'release' && !canBeClosedByIncidents(policy)) return;
    this.tellOf(facts.id, { facts, services: facts.services });
  }

  /** A process took the command. */
  commanded(id: string, name: ProcessCommandName, body: CommandBody<ProcessCommandName>): void {
    const change = standingChange(name);
    if (change === 'nothing') return;
    // The incident does not say any more that it was about them.
    const removed = name === 'record-impact' ? (body as CommandBody<'record-impact'>).removeServices : undefined;
    this.tellOf(id, { ...given({ services: removed }), isLevel: change === 'level' });
  }

  /** Something else than a command may have changed the incident. */
  mayHaveChanged(incident: string): void {
    this.tellOf(incident, {});
  }

  /** Tells nobody any more. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.end.abort();
    for (const { wake } of this.rounds.values()) wake.abort();
    await Promise.all(this.underWay);
  }

  private tellOf(id: string, news: { facts?: ProcessFacts; services?: readonly string[]; isLevel?: boolean }): void {
    if (this.end.signal.aborted) return;
    const { facts, services = [], isLevel = false } = news;
    const known = this.rounds.get(id);
    if (known === undefined && this.rounds.size >= mostRounds)
      return this.setup.log.warn('too many processes change to tell running releases of each incident', {
        process: id,
      });
    const round = known ?? newRound();
    if (facts === undefined) round.asks = true;
    else round.facts = facts;
    for (const service of services) round.services.add(service);
    round.wasLevel ||= isLevel;
    round.wake.abort();
    if (known !== undefined) return;
    this.rounds.set(id, round);
    const work = this.run(id, round).finally(() => this.underWay.delete(work));
    this.underWay.add(work);
  }

  /** Never rejects. */
  private async run(id: string, round: Round): Promise<void> {
    const { lookForMs, triedForMs, pauseMs } = this.times;
    try {
      while (round.asks || (round.facts !== undefined && round.passes < lookForMs.length)) {
        await this.sleep(round, round.since + (lookForMs[round.passes] ?? 0));
        if (this.end.signal.aborted) return;
        await within(triedForMs, [this.end.signal], (signal) =>
          patiently(() => this.turns.take('look', signal, () => this.pass(id, round)), {
            isPassing: (error) => !(error instanceof NoSuchProcess),
            signal,
            pauseMs,
          }),
        );
      }
    } catch (error) {
      if (this.end.signal.aborted) return;
      const because = error instanceof Error ? error.message : String(error);
      this.setup.log.warn('running releases were not told of open incidents', { process: id, because });
    } finally {
      // Within the turn in which the round ends: what comes next begins another one.
      this.rounds.delete(id);
    }
  }

  /** Until `at`, or until there is something new. */
  private async sleep(round: Round, at: number): Promise<void> {
    const ms = at - performance.now();
    if (ms > 0 && !round.asks) await pause(ms, undefined, { signal: round.wake.signal }).catch(() => undefined);
    round.wake = new AbortController();
  }

  private async pass(id: string, round: Round): Promise<void> {
    if (round.asks) await this.look(id, round);
    const { facts } = round;
    const isDue = performance.now() >= round.since + (this.times.lookForMs[round.passes] ?? Infinity);
    if (facts === undefined || !isDue) return;
    await (facts.kind === 'incident' ? this.tellReleases(facts, round) : this.tellRelease(facts, round));
    round.passes += 1;
  }

  private async tellReleases(incident: ProcessFacts, { services, told, wasLevel }: Round): Promise<void> {
    const { store, mayCloseGates } = this.setup;
    // What closes no gates, and closed none before, is no news.
    if (!wasLevel && !mayCloseGates(incident)) return;
    const releases = await runningReleasesOn(store(), { services: [...services], drill: incident.drill });
    await each(notYet(told, releases), async ({ id: release }) => {
      await this.tellToLook(release, incident.id);
      // It counts as open until the other incident has taken it, and tells nobody when that is.
      if (incident.status !== 'merged') told.add(release);
    });
  }

  private async tellRelease(release: ProcessFacts, { told }: Round): Promise<void> {
    const { store, mayCloseGates } = this.setup;
    const incidents = (await openIncidentsOn(store(), release)).filter(({ severity }) => mayCloseGates({ severity }));
    await each(notYet(told, incidents), async ({ id: incident }) => {
      await this.tellToLook(release.id, incident);
      told.add(incident);
    });
  }

  /** Asks the incident how it stands; if otherwise than before, everybody has to hear of it. */
  private async look(id: string, round: Round): Promise<void> {
    round.asks = false;
    try {
      const facts = await this.setup.store().view(id);
      // No command to a release changes which incidents it has to know.
      if (facts.kind === 'release') return;
      for (const service of facts.services) round.services.add(service);
      const isNew = round.facts === undefined || !standsAsBefore(round.facts, facts);
      round.facts = facts;
      if (!isNew) return;
    } catch (error) {
      round.asks = true;
      throw error;
    }
    round.told.clear();
    round.since = performance.now();
    round.passes = 0;
  }

  private tellToLook(release: string, incident: string): Promise<void> {
    const { client } = this.setup;
    return tell(() =>
      client.connection.withDeadline(Date.now() + answerWithinMs, () =>
        client.workflow.getHandle(release).signal('look', incident),
      ),
    );
  }
}

const notYet = (told: ReadonlySet<string>, rows: readonly StoredRow[]) => rows.filter(({ id }) => !told.has(id));

const newRound = (): Round => ({
  told: new Set(),
  services: new Set(),
  asks: false,
  wasLevel: false,
  since: performance.now(),
  passes: 0,
  wake: new AbortController(),
});
