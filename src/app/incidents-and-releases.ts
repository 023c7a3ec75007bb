/**
 * Owns how incidents and releases hear of each other (R43): a release finds the open incidents on
 * its services and asks each how it stands, an incident tells the releases that run on its services
 * to look, and a release tells an incident what became of its gates. Implements the port of the
 * activities with the lists of the process store and Temporal's Signals and Queries. Knows no rule.
 */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Processes } from '../activities';
import type { ListFilter, ProcessStore, StoredRow } from '../api/temporal/process-store';
import type { FoundIncidents, IncidentStanding } from '../domain';

export interface MeetingSetup {
  readonly client: Client;
  readonly store: Pick<ProcessStore, 'list'>;
}

/** A process that does not answer in time is asked again with the next look. */
const answerWithinMs = 5_000;
const unresolved = ['investigating', 'identified', 'monitoring'] as const;
/** Rows that one question to the lists gives, and how many questions are asked. */
const pageSize = 100;
const mostPages = 10;
/** Processes that are asked or told at a time. */
const atATime = 20;
/** Merges one after the other: more are a circle. */
const mostMerges = 5;

/** The part of the port that is about incidents and releases, over Temporal. */
export function incidentsAndReleases({
  client,
  store,
}: MeetingSetup): Pick<Processes, 'findIncidents' | 'tellReleases' | 'tellIncident'> {
  const within = <T>(question: () => Promise<T>): Promise<T> =>
    client.connection.withDeadline(Date.now() + answerWithinMs, question);

  const listed = async (filter: ListFilter): Promise<StoredRow[]> => {
    const rows: StoredRow[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < mostPages; page++) {
      const found = await store.list(filter, pageSize, cursor);
      rows.push(...found.rows);
      if (found.next === null) break;
      cursor = found.next;
    }
    return rows;
  };
  // No list finds a restricted process by its services (R37): it is asked, or told, whatever they
  // are, and knows itself whether it is concerned.
  const about = async (filter: ListFilter, services: readonly string[]): Promise<string[]> => {
    if (services.length === 0) return [];
    const [open, hidden] = await Promise.all([
      listed({ ...filter, service: services }),
      listed({ ...filter, withoutServices: true }),
    ]);
    return [...open, ...hidden.filter(({ restricted }) => restricted)].map(({ id }) => id);
  };

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
      const filter = { kinds: ['incident'], status: unresolved, open: true, drill } as const;
      const incidents: IncidentStanding[] = [];
      const unanswered: string[] = [];
      const asked = new Set<string>();
      let toAsk = [...named, ...(await about(filter, services))];
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

    async tellReleases({ incident, services, drill }) {
      const releases = await about({ kinds: ['release'], open: true, drill }, services);
      await each(releases, (id) => told(() => within(() => client.workflow.getHandle(id).signal('look', incident))));
    },

    async tellIncident(report) {
      await told(() => within(() => client.workflow.getHandle(report.incident).signal('gates', report)));
    },
  };
}

// Whoever is over need not hear it.
async function told(tell: () => Promise<void>): Promise<void> {
  try {
    await tell();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** Does it to all, whatever becomes of one; then throws what was thrown first. */
async function each<T>(list: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const failed: PromiseRejectedResult[] = [];
  for (let from = 0; from < list.length; from += atATime) {
    const outcomes = await Promise.allSettled(list.slice(from, from + atATime).map(act));
    failed.push(...outcomes.filter((outcome) => outcome.status === 'rejected'));
  }
  const [first] = failed;
  if (first !== undefined) throw first.reason;
}
