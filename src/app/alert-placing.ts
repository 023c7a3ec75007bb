/**
 * Owns how alerts reach incidents: an open incident about their service takes them, else one begins
 * with them. The incident itself says whether it is open. Implements the port of the activities
 * with the process store and Temporal's Updates. The rules decided before that the alerts belong
 * together.
 */
import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Processes } from '../activities';
import { keptApart } from '../api/temporal/apart';
import type { ChangeStore } from '../api/temporal/change-store';
import { NoSuchProcess, Unreadable, type ProcessStore } from '../api/temporal/process-store';
import type { Begun } from '../config';
import { unresolvedStatuses } from '../contracts/statuses';
import {
  dayMs,
  levelNamed,
  levelsOf,
  programNamed,
  teamsOf,
  worstLevel,
  type AlertReport,
  type CommandBody,
  type Directory,
  type Instant,
  type IntakeOutcome,
  type PlaceRequest,
  type Policy,
  type ProcessFacts,
  type Refusal,
} from '../domain';
import { given } from '../given';
import { PlacingTurns } from './placing-turns';
import type { ReleaseNews } from './release-news';

export interface PlacingSetup {
  readonly client: Client;
  readonly store: ProcessStore;
  readonly changes: Pick<ChangeStore, 'recent'>;
  readonly directory: () => Directory;
  /** Tells running releases that an incident may have changed (R43). */
  readonly news: Pick<ReleaseNews, 'mayHaveChanged'>;
  /** The policy of an incident that begins at `at`, or why there can be none. */
  readonly incidentPolicy: (at: Instant, body: CommandBody<'declare'>) => Begun | string;
}

/** An Update that is not answered in time is given again by Temporal's retry of the activity. */
const answerWithinMs = 10_000;
/**
 * Open incidents about one service to which alerts are offered; those of the group of a rule, of
 * which there may be many, take none outside it.
 */
const mostOffered = 20;
/** Merges one after the other: more are a circle. */
const mostMerges = 5;
/** So much may the clocks of two machines differ. */
const clocksDifferMs = 10 * 60_000;
/**
 * From this attempt on, about a minute after the first, an incident that does not answer is passed
 * over: one that stands still must not keep everybody asleep. Should it have taken the alerts
 * after all, they are in two incidents, and people are woken twice.
 */
const passingOverFrom = 5;

/** The part of the port that is about alerts, over Temporal. */
export function alertPlacing({
  client,
  store,
  changes,
  directory,
  news,
  incidentPolicy,
}: PlacingSetup): Pick<Processes, 'placeAlerts' | 'tellAlerts'> {
  const turns = new PlacingTurns();
  /** The id of the incident that has the alerts; undefined when it takes none. */
  const offer = async (incident: string, report: AlertReport, merges = 0): Promise<string | undefined> => {
    try {
      const teams = teamsOf(report.services, directory());
      const handle = client.workflow.getHandle(incident);
      await turns.tell(incident, report.levels, () =>
        client.connection.withDeadline(Date.now() + answerWithinMs, () =>
          keptApart(handle, () =>
            handle.executeUpdate<void, [AlertReport]>('alerts', { args: [{ ...report, teams }], updateId: report.key }),
          ),
        ),
      );
      turns.hears(incident, report.levels);
      // Alerts that fire may raise it, and bring services.
      if (report.levels.length > 0) news.mayHaveChanged(incident);
      return incident;
    } catch (error) {
      const into = await mergedIntoOf(incident, error);
      return into !== undefined && merges < mostMerges ? offer(into, report, merges + 1) : undefined;
    }
  };
  /** Where an incident that took nothing went on. Throws `error` when it may still take it. */
  const mergedIntoOf = async (incident: string, error: unknown): Promise<string | undefined> => {
    if (!(error instanceof WorkflowNotFoundError)) {
      const refusal = refusalIn(error);
      if (refusal === undefined) throw error;
      return typeof refusal['mergedInto'] === 'string' ? refusal['mergedInto'] : undefined;
    }
    // Its workflow has ended, and can still be asked how.
    return (await factsOf(incident))?.mergedInto;
  };

  /** Undefined when nobody can say any more how it stood. */
  const factsOf = async (incident: string): Promise<ProcessFacts | undefined> => {
    try {
      return await store.view(incident);
    } catch (gone) {
      if (gone instanceof NoSuchProcess || (gone instanceof Unreadable && 'ended' in gone.members)) return undefined;
      throw gone;
    }
  };

  /**
   * Since when an incident that takes nothing is over; of one that was merged, the one that has its
   * alerts. Undefined when Temporal knows it no more, when it was ended by no command before it was
   * resolved (R44), and when it was reopened meanwhile.
   */
  const overSince = async (incident: string, merges = 0): Promise<Instant | undefined> => {
    const facts = await factsOf(incident);
    if (facts?.mergedInto !== undefined && merges < mostMerges) return overSince(facts.mergedInto, merges + 1);
    const at = facts?.resolvedAt ?? facts?.closedAt;
    return at === undefined ? undefined : Date.parse(at);
  };

  /** Open incidents besides the last one that may take the alerts. */
  const others = async ({ lastIncident, isGathered, ruling }: PlaceRequest): Promise<string[]> => {
    if (isGathered || ruling.service === undefined) return [];
    const filter = {
      kinds: ['incident'],
      status: unresolvedStatuses,
      service: [ruling.service],
      open: true,
      drill: false,
    } as const;
    const { rows } = await store.list(filter, mostOffered);
    // Whoever is to be woken for the alert may not see a restricted incident (R37). Lists also find
    // what was about the service and is no longer (R21).
    const open = rows.filter(({ restricted, services }) => !restricted && services.includes(ruling.service!));
    return open.map(({ id }) => id).filter((id) => id !== lastIncident);
  };

  return {
    async placeAlerts(request, attempt): Promise<IntakeOutcome> {
      // Any other incident that is found is about their services already.
      const recent = request.isGathered ? await changes.recent(request.report.services, request.at) : undefined;
      const offered = (incident: string) =>
        offer(incident, { ...request.report, ...given({ recent }) }).catch((error: unknown) => {
          if (attempt < passingOverFrom) throw error;
          return undefined;
        });
      const { ruling, lastIncident } = request;
      const last = lastIncident === undefined ? undefined : await offered(lastIncident);
      if (last !== undefined) return { type: 'placed', incident: last };
      for (const incident of await others(request)) {
        const taken = await offered(incident);
        if (taken !== undefined) return { type: 'placed', incident: taken };
      }
      if (ruling.do === 'join') return { type: 'nowhere' };
      const services = ruling.service === undefined ? [] : [ruling.service];
      const { title, severity: level, template } = ruling;
      const begin = incidentPolicy(request.at, { title, severity: level, services, ...given({ template }) });
      if (typeof begin === 'string') return { type: 'failed', because: begin };
      const { policy } = begin;
      const severity = worstOf(policy, request.report.levels);
      const [source = 'alerts'] = request.report.alerts.map((alert) => alert.source);
      const begun = await turns.begin(levelsOf(policy).indexOf(severity), async () => {
        const lately = await changes.recent(services, request.at);
        return store.begin(
          { kind: 'incident', key: request.key, chosen: mayHaveBegunBefore(request.at), fingerprint: request.key },
          (id, at) => ({
            kind: 'incident',
            id,
            at,
            actor: programNamed(source),
            policy,
            body: { ...begin.body, severity },
            teams: teamsOf(services, directory()),
            alerts: { ...request.report, teams: teamsOf(request.report.services, directory()) },
            ...given({ recent: lately }),
          }),
        );
      });
      turns.hears(begun.id, request.report.levels);
      return { type: 'placed', incident: begun.id };
    },

    async tellAlerts(incident, report) {
      const has = await offer(incident, report);
      if (has === undefined) return { type: 'over', ...given({ since: await overSince(incident) }) };
      return has === incident ? { type: 'told' } : { type: 'told', incident: has };
    },
  };
}

/** The worst of the levels that the template has; without one its worst, because somebody asks. */
function worstOf(policy: Policy, levels: readonly string[]): string {
  const known = levelsOf(policy);
  const named = levels.flatMap((level) => levelNamed(known, level) ?? []);
  return known.find((level) => named.includes(level)) ?? worstLevel(policy);
}

/**
 * Whether an attempt at what was wanted at `at` may have got its id on the day before: only then
 * has the allocator of that day to be asked.
 */
function mayHaveBegunBefore(at: Instant, now = Date.now()): boolean {
  const dayOf = (instant: Instant) => Math.floor(instant / dayMs);
  return dayOf(at - clocksDifferMs) !== dayOf(now);
}

function refusalIn(error: unknown): Refusal | undefined {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'Refusal') return undefined;
  return cause.details?.[0] as Refusal | undefined;
}
