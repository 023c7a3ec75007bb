/**
 * Owns the page of an incident, and its acknowledge button. It shows what the API answers to the
 * same reader, and a form gives the command that the API gives. How pages look is in src/web.
 */
import type { AcknowledgeForm, IncidentPage } from '../../contracts/page-view';
import { awaitsAnswer, isTerminalStatus, readName, type ProcessFacts } from '../../domain';
import { randomUUID } from 'node:crypto';
import { given } from '../../given';
import { mayGive, needOf } from '../admission/permit';
import { rightsOf } from '../admission/rights';
import { ApiProblem, malformed } from '../http/problem';
import { formBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';
import { choicesOf } from '../present/choices';
import { directoryFor } from '../present/directory-for';
import { forPages, pageAnswer } from '../present/html-page';
import { namesIn } from '../present/named';
import { pageBase, saysWhoActs } from '../present/page-base';
import { actorOf, checkSeen } from '../present/readers';
import { shownProcess } from '../present/shown';
import { Refused } from '../temporal/process-store';
import { carryOut } from './process-command';
import { idOf } from './process-id';
import { goTo } from './sign-in-steps';

const mostEntries = 20;

export function pageRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/incidents/:id',
      name: 'show-incident',
      needs: 'viewer',
      about: 'the page of an incident: who has it, who was told, who is next',
      ...forPages,
      problems: ['not-found', 'restricted', 'unreadable'],
      handle: async (call) => pageAnswer(await incidentOf(shared, call)),
    },
    {
      method: 'post',
      path: '/incidents/:id/acknowledge',
      name: 'acknowledge-on-page',
      needs: needOf('acknowledge', 'incident'),
      about: 'the button of the page of an incident: acknowledges, as POST /v1/incidents/{id}/acknowledge does',
      command: 'acknowledge',
      form: true,
      forReaders: true,
      success: { status: 303, about: 'acknowledged; goes on to the page of the incident', types: ['text/html'] },
      problems: ['not-found', 'restricted', 'refused', 'key-reuse', 'unsupported-media-type', 'unreadable'],
      handle: (call) => acknowledge(shared, call),
    },
  ];
}

function incidentOf(shared: Shared, call: Call, refused?: string): Promise<IncidentPage> {
  return incidentCalled(shared, call, idOf('incident', call), refused);
}

/** The page of incident `id` for whoever asks; throws where they may not see it. */
export async function incidentCalled(shared: Shared, call: Call, id: string, refused?: string): Promise<IncidentPage> {
  const { facts, timeline } = await shared.store.account(id);
  checkSeen(facts, await actorOf(shared, call.principal));
  const directory = await directoryFor(shared, [facts]);
  const incident = shownProcess(facts, directory, shared.clock());
  const newest = [...timeline].reverse().slice(0, mostEntries);
  const told = facts.deadlines.flatMap((deadline) => deadline.told.map(({ recipient }) => recipient));
  return {
    ...pageBase(shared, call, told),
    page: 'incident',
    incident,
    names: namesIn(facts, newest, directory.people),
    timeline: newest,
    earlier: timeline.length - newest.length,
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
  return { may: true, key: randomUUID() };
}

async function acknowledge(shared: Shared, call: Call): Promise<Answer> {
  const id = idOf('incident', call);
  const form = formBody(call.request);
  const principal = saysWhoActs(call) ? { ...call.principal, id: personIn(form) } : call.principal;
  const key = form.get('key') ?? '';
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw malformed([{ path: 'key', message: 'expected the key that the page has; load the page again' }]);
  try {
    await carryOut(shared, 'acknowledge', { id, principal, receivedAt: shared.clock(), raw: {}, key });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { refusal } = error;
    const status = refusal.kind === 'key-reuse' ? 422 : 409;
    return pageAnswer(await incidentOf(shared, call, refusal.message), status);
  }
  return goTo(shared, call.request, `/incidents/${id}`);
}

function personIn(form: URLSearchParams): string {
  const read = readName(form.get('person') ?? '');
  if (!read.ok) throw new ApiProblem('malformed', `say who you are: ${read.message}`);
  return read.name;
}
