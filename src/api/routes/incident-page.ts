/**
 * Owns the page of an incident: it shows what the API answers to the same reader. How pages look is
 * in src/web.
 */
import type { AcknowledgeForm, IncidentPage } from '../../contracts/page-view';
import { awaitsAnswer, isTerminalStatus, type ProcessFacts } from '../../domain';
import { randomUUID } from 'node:crypto';
import { given } from '../../given';
import { mayGive } from '../admission/permit';
import { rightsOf } from '../admission/rights';
import type { Call, Route, Shared } from '../http/route';
import { accountOf } from '../present/account';
import { choicesOf } from '../present/choices';
import { directoryFor } from '../present/directory-for';
import { forPages, pageAnswer } from '../present/html-page';
import { pageBase } from '../present/page-base';
import { actorOf, checkSeen } from '../present/readers';
import { shownProcess } from '../present/shown';
import { idOf } from './process-id';

export function incidentPageRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/incidents/:id',
      name: 'show-incident',
      needs: 'viewer',
      about: 'the page of an incident: who has it, who was told, who is next',
      ...forPages,
      problems: ['not-found', 'restricted', 'unreadable'],
      handle: async (call) => pageAnswer(await incidentCalled(shared, call, idOf('incident', call))),
    },
  ];
}

/** The page of incident `id` for whoever asks; throws where they may not see it. */
export async function incidentCalled(shared: Shared, call: Call, id: string, refused?: string): Promise<IncidentPage> {
  const { facts, timeline } = await shared.store.account(id);
  checkSeen(facts, await actorOf(shared, call.principal));
  const directory = await directoryFor(shared, [facts]);
  const incident = shownProcess(facts, directory, shared.clock());
  const told = facts.deadlines.flatMap((deadline) => deadline.told.map(({ recipient }) => recipient));
  return {
    ...pageBase(shared, call, told),
    page: 'incident',
    incident,
    ...accountOf(call, facts, timeline, directory.people),
    formKey: randomUUID(),
    acknowledge: await formFor(shared, call, facts),
    rights: await rightsOf(shared, call, facts),
    choices: choicesOf(directory),
    ...given({ refused }),
  };
}

async function formFor(shared: Shared, call: Call, facts: ProcessFacts): Promise<AcknowledgeForm | null> {
  const { principal } = call;
  const isOver = isTerminalStatus(facts.status) || facts.ended !== undefined;
  const isAsked = facts.handOff?.to === principal.id || (principal.via === 'loopback' && facts.handOff !== undefined);
  if (isOver || !(awaitsAnswer(facts) || isAsked)) return null;
  const verdict = await mayGive(shared, 'acknowledge', call, facts);
  if (!verdict.ok) return { may: false, because: verdict.message };
  return { may: true };
}
