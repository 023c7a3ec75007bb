/**
 * Owns how one process reaches another: implements the port of the activities with the process
 * store of the API and with Temporal's Updates. Knows no rule: the domain has decided before that a
 * merge or a declaration makes sense.
 */
import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { PermanentFailure, type Processes } from '../activities';
import { keptApart } from '../api/temporal/apart';
import { reportClock, shownReport } from '../api/present/report-shown';
import { tellMerged } from '../api/temporal/alerts';
import { Refused, type ProcessStore } from '../api/temporal/process-store';
import { contentHash, type Begun } from '../config';
import {
  actorFacts,
  reportTitle,
  teamsOf,
  usualDrill,
  withoutRelease,
  type Directory,
  type Instant,
  type AbsorbRequest,
  type CommandBody,
} from '../domain';
import { given } from '../given';
import type { ChangeStore } from '../api/temporal/change-store';
import { alertPlacing } from './alert-placing';
import { pageAnswers } from './page-answers';
import { incidentsAndReleases } from './incidents-and-releases';
import { changePlacing } from './change-placing';
import type { ReleaseNews } from './release-news';
import { reportBody } from '../words/report-html';
import type { Words } from '../words/words';

export interface ProcessesSetup {
  readonly client: Client;
  readonly store: ProcessStore;
  readonly changes: ChangeStore;
  readonly words: Words;
  readonly directory: () => Directory;
  /** Tells running releases that an incident may have changed (R43). */
  readonly news: Pick<ReleaseNews, 'mayHaveChanged'>;
  /** The zone of times in reports. */
  readonly zone: string;
  /**
   * The policy of an incident that has to begin at `at`, and its body as it begins; or why there
   * can be none.
   */
  readonly incidentPolicy: (at: Instant, body: CommandBody<'declare'>) => Begun | string;
}

/** The port, over Temporal. */
export function processesOver(setup: ProcessesSetup): Processes {
  const { client, store, changes, words, directory, news, zone, incidentPolicy } = setup;
  return {
    ...pageAnswers(store),
    ...incidentsAndReleases({ client, store }),
    ...alertPlacing({ client, store, directory, incidentPolicy, changes, news }),
    ...changePlacing(store, changes),

    async declareIncident({ key, by, drill, body, causedBy, inherited }) {
      const wanted = drill ? { ...body, drill } : body;
      const beginning = { kind: 'incident', key, chosen: true, fingerprint: contentHash(wanted) } as const;
      const ending = drill ? { ...wanted, drillFor: usualDrill } : wanted;
      const begunAt = (at: Instant): Begun => {
        const begun = incidentPolicy(at, ending);
        if (typeof begun === 'string') throw new PermanentFailure(begun);
        return begun;
      };
      // The log may not have heard yet that the release was rolled back which declares this.
      const recent = withoutRelease(await changes.recent(ending.services ?? [], Date.now()), causedBy);
      try {
        const begun = await store.begin(beginning, (id, at) => {
          const teams = teamsOf(ending.services ?? [], directory());
          return {
            kind: 'incident',
            id,
            at,
            // Without overrides, which may give a role: Muster declares for a process that decided.
            actor: actorFacts(by, directory(), at),
            ...begunAt(at),
            teams,
            causedBy,
            ...given({ inherited, recent }),
          };
        });
        return begun.id;
      } catch (error) {
        if (error instanceof Refused) throw new PermanentFailure(error.message, { cause: error });
        throw error;
      }
    },

    async report(id) {
      const report = shownReport(await store.account(id), directory(), false);
      const markdown = words.report(report, reportClock(zone));
      return { title: reportTitle(report), markdown, html: reportBody(markdown) };
    },

    async absorb(request) {
      const target = client.workflow.getHandle(request.into);
      try {
        // The Update answers when the other incident has taken this one, or says why not.
        await client.connection.withDeadline(Date.now() + 10_000, () =>
          keptApart(target, () =>
            target.executeUpdate<void, [AbsorbRequest]>('absorb', { args: [request], updateId: request.key }),
          ),
        );
        news.mayHaveChanged(request.into);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError)
          throw new PermanentFailure(`${request.into} is not open, so nothing of ${request.from} moved there`);
        const refusal = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
        if (refusal instanceof ApplicationFailure && refusal.type === 'Refusal')
          throw new PermanentFailure(refusal.message, { cause: error });
        throw error;
      }
      if (request.alerts !== undefined) await tellMerged(client, { from: request.from, into: request.into });
    },
  };
}
