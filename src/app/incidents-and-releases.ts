/**
 * Owns how a release meets incidents (R43): it finds those that are open on its services and asks
 * each how it stands, and tells an incident what became of its gates. Implements the port of the
 * activities with the lists of the process store and Temporal's Signals and Queries. Who tells a
 * release to look is in release-news.ts. Knows no rule.
 */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Processes } from '../activities';
import { openIncidentsOn } from '../api/temporal/on-services';
import type { ProcessStore } from '../api/temporal/process-store';
import type { FoundIncidents, IncidentStanding } from '../domain';
import { each, tell } from './telling';

export interface MeetingSetup {
  readonly client: Client;
  readonly store: Pick<ProcessStore, 'list'>;
}

/** A process that does not answer in time is asked again with the next look. */
const answerWithinMs = 5_000;
/** Merges one after the other: more are a circle. */
const mostMerges = 5;

/** The part of the port that is about incidents and releases, over Temporal. */
export function incidentsAndReleases({
  client,
  store,
}: MeetingSetup): Pick<Processes, 'findIncidents' | 'tellIncident'> {
  const within = <T>(question: () => Promise<T>): Promise<T> =>
    client.connection.withDeadline(Date.now() + answerWithinMs, question);

  /** How the incident stands; undefined when it is over, or when there is none. */
  const standingOf = async (incident: string): Promise<IncidentStanding | undefined> => {
    try {
      const handle = client.workflow.getHandle(incident);
      // One that an operator terminated would still answer as it stood then.
      const { status } = await within(() => handle.describe());
      if (status.name !== 'RUNNING') return undefined;
      return (await within(() => handle.query<IncidentStanding | null, []>('standing'))) ?? undefined;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  };

  return {
    async findIncidents({ services, drill, named }): Promise<FoundIncidents> {
      const incidents: IncidentStanding[] = [];
      const unanswered: string[] = [];
      const asked = new Set<string>();
      let toAsk = [...named, ...(await openIncidentsOn(store, { services, drill })).map(({ id }) => id)];
      for (let merges = 0; toAsk.length > 0 && merges <= mostMerges; merges++) {
        const fresh = [...new Set(toAsk)].filter((id) => !asked.has(id));
        toAsk = [];
        await each(fresh, async (id) => {
          asked.add(id);
          try {
            const standing = await standingOf(id);
            if (standing !== undefined) incidents.push(standing);
            // Its services have moved there, and its level.
            if (standing?.into !== undefined) toAsk.push(standing.into);
          } catch {
            unanswered.push(id);
          }
        });
      }
      return { incidents, unanswered };
    },

    async tellIncident(report) {
      await tell(() => within(() => client.workflow.getHandle(report.incident).signal('gates', report)));
    },
  };
}
