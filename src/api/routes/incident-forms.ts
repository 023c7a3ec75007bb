/**
 * Owns the forms of the page of an incident as a browser sends them that runs no script: each gives
 * the command that the API gives, and goes on to the page. How the forms look is in src/web.
 */
import { bodyOfForm } from '../../contracts/form-body';
import { commandsFor, type CommandOf } from '../../contracts/command-table';
import { readName } from '../../domain';
import { needOf } from '../admission/permit';
import { ApiProblem, malformed } from '../http/problem';
import { formBody } from '../http/read-body';
import type { Answer, Call, Route, Shared } from '../http/route';
import { pageAnswer } from '../present/html-page';
import { saysWhoActs } from '../present/page-base';
import { Refused } from '../temporal/process-store';
import { incidentCalled } from './incident-page';
import { carryOut } from './process-command';
import { idOf } from './process-id';
import { goTo } from './sign-in-steps';

/** What programs report, nobody fills in. */
const isForPeople = (name: CommandOf<'incident'>) => name !== 'report-check';

export function incidentFormRoutes(shared: Shared): Route[] {
  return commandsFor('incident')
    .filter(isForPeople)
    .map((name) => ({
      method: 'post',
      path: `/incidents/:id/${name}`,
      name: `${name}-on-page`,
      needs: needOf(name, 'incident'),
      about: `a form of the page of an incident: does what POST /v1/incidents/{id}/${name} does`,
      command: name,
      form: true,
      forReaders: true,
      success: { status: 303, about: 'done; goes on to the page of the incident', types: ['text/html'] },
      problems: ['not-found', 'restricted', 'refused', 'key-reuse', 'unsupported-media-type', 'unreadable'],
      handle: (call) => giveByForm(shared, call, name),
    }));
}

async function giveByForm(shared: Shared, call: Call, name: CommandOf<'incident'>): Promise<Answer> {
  const id = idOf('incident', call);
  const form = formBody(call.request);
  const principal = saysWhoActs(call) ? { ...call.principal, id: actorIn(form) } : call.principal;
  const key = form.get('key') ?? '';
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw malformed([{ path: 'key', message: 'expected the key that the page has; load the page again' }]);
  try {
    await carryOut(shared, name, { id, principal, receivedAt: shared.clock(), raw: bodyOfForm(name, form), key });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { refusal } = error;
    const status = refusal.kind === 'key-reuse' ? 422 : 409;
    return pageAnswer(await incidentCalled(shared, call, id, refusal.message), status);
  }
  return goTo(shared, call.request, `/incidents/${id}`);
}

// Not a field of a command: a role is given to a person, too.
function actorIn(form: URLSearchParams): string {
  const read = readName(form.get('actor') ?? '');
  if (!read.ok) throw new ApiProblem('malformed', `say who you are: ${read.message}`);
  return read.name;
}
