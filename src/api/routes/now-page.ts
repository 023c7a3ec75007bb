/**
 * Owns the page Now: what is open, what waits for the reader, who is on call, and the form with
 * which an incident is declared.
 */
import { deadlineKinds, responseKind } from '../../contracts/deadline-kinds';
import type { NowPage, OnCallRow } from '../../contracts/page-view';
import type { DueRow } from '../../contracts/view';
import { adminsOf, mayDo, type Actor } from '../../domain';
import { needOf } from '../admission/permit';
import type { Answer, Call, Route, Shared } from '../http/route';
import { choicesOf, levelsToDeclare } from '../present/choices';
import { forPages, pageAnswer } from '../present/html-page';
import { longestReachMs, onCallRows } from '../present/on-call-shown';
import { openNow } from '../present/open-now';
import { pageBase } from '../present/page-base';
import { actorOf } from '../present/readers';
import { dueNext, inbox } from './across';
import { onCallKnown } from './on-call';

const mostMessages = 10;
const mostDue = 20;

export function nowRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/',
      name: 'show-now',
      needs: 'viewer',
      about: 'the page of what is open, and of what waits for the reader',
      ...forPages,
      handle: (call) => showNow(shared, call),
    },
  ];
}

async function showNow(shared: Shared, call: Call): Promise<Answer> {
  const { principal } = call;
  const reader = await actorOf(shared, principal);
  const person = principal.via === 'loopback' ? undefined : principal.id;
  const messages = inbox(shared, { process: undefined, person, reader }, mostMessages).then(
    ({ items }) => items,
    () => null,
  );
  const due = person === undefined ? [] : dueFrom(shared, person, reader);
  const open = await openNow(shared, reader);
  const shown: NowPage = {
    ...pageBase(shared, call),
    page: 'now',
    ...open,
    onCall: await onCallNow(shared, person),
    dueFromReader: await due,
    mayDeclare: mayDeclare(shared, call),
    levels: levelsToDeclare(shared.config),
    choices: choicesOf(shared.directory()),
    messages: await messages,
  };
  return pageAnswer(shown);
}

// Somebody may have the role for some services alone: the API says so when those are not named.
function mayDeclare(shared: Shared, { principal }: Call): string | null {
  const asked = { operation: 'declare', needs: needOf('declare', 'incident'), peopleOnly: false };
  const services = [undefined, ...Object.keys(shared.directory().services)];
  const verdicts = services.map((service) =>
    mayDo(
      principal,
      asked,
      service === undefined ? undefined : { services: [service] },
      adminsOf(shared.accessRules()),
    ),
  );
  const [first] = verdicts;
  return verdicts.some(({ ok }) => ok) || first?.ok !== false ? null : first.message;
}

/** What is due from `person`, but for answers to incidents, which stand first on the page. */
async function dueFrom(shared: Shared, person: string, reader: Actor): Promise<readonly DueRow[]> {
  const kinds = deadlineKinds.filter((kind) => kind !== responseKind && kind !== 'update');
  return dueNext(shared, { person, waiting: false, kinds, earliest: false, reader }, mostDue).then(
    ({ items }) => items,
    () => [],
  );
}

async function onCallNow(shared: Shared, person: string | undefined): Promise<OnCallRow[] | null> {
  const at = shared.clock();
  const known = await onCallKnown(shared, at + longestReachMs).catch(() => null);
  return known && onCallRows(known, at, person);
}
