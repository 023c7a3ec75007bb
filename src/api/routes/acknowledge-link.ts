/**
 * Owns the one-tap acknowledge link of a page. A GET changes nothing, because mail programs and
 * chats open links by themselves: it shows a button. A holder of the link acts as the person to
 * whom the link was sent, and can do nothing else.
 */
import { responseKind } from '../../contracts/deadline-kinds';
import { createHash } from 'node:crypto';
import { clockTime } from '../../contracts/clock-time';
import {
  awaitsAnswer,
  drillMark,
  endingWords,
  isMeantForAnother,
  isOfAnotherRound,
  isTerminalStatus,
  maySee,
  nameOf,
  otherProcess,
  type ProcessFacts,
} from '../../domain';
import { aboveIncident, escapeHtml as escape, htmlPage as html } from '../present/html-page';
import { actorOf } from '../present/readers';
import { NoSuchProcess, Refused } from '../temporal/process-store';
import { fingerprintOf } from '../http/idempotency';
import type { AckLink, Answer, Call, Route, Shared } from '../http/route';
import { given } from '../../given';
import { incidentCalled } from './incident-page';
import { unlessAborted, within } from '../../time-limit';

export function acknowledgeLinkRoutes(shared: Shared): Route[] {
  const page = { about: 'a small page', types: ['text/html'] } as const;
  return [
    {
      method: 'get',
      path: '/v1/ack/:token',
      anyQuery: true,
      openedByLinks: true,
      forReaders: true,
      name: 'show-acknowledge-link',
      needs: 'link',
      about: 'the page behind a one-tap link: one button, nothing happens yet',
      success: { status: 200, ...page },
      problems: ['not-found', 'gone', 'refused'],
      handle: async (call) => {
        const { process, mark, person } = claimOf(call);
        const old = oldWords(call);
        const facts = await factsSoon(shared, process);
        if (facts !== undefined && isMeantForAnother(facts, mark))
          return html(`<h1>${escape(process)}</h1><p>Not acknowledged: ${escape(otherProcess(process))}.</p>`, 409);
        const goesOn = facts && (await mergedInto(shared, call, facts));
        if (facts && goesOn && old === undefined)
          return withStanding(
            shared,
            call,
            goesOn.id,
            `${heading(process, facts)}${mergedWords(goesOn)}${button(shared, person, goesOn)}`,
          );
        const over = facts && overWords(facts);
        if (over !== undefined) return html(`${heading(process, facts)}<p>${over}</p>`);
        const earlier = old ?? (facts && earlierWords(call, facts));
        if (earlier !== undefined)
          return html(`${heading(process, facts)}${standing(shared, facts)}<p>${earlier}</p>`, 410);
        return withStanding(shared, call, process, `${heading(process, facts)}${button(shared, person, facts)}`);
      },
    },
    {
      method: 'post',
      path: '/v1/ack/:token',
      anyQuery: true,
      forReaders: true,
      name: 'acknowledge-by-link',
      needs: 'link',
      about: 'acknowledges as the person to whom the link was sent',
      success: { status: 200, ...page },
      problems: ['not-found', 'gone', 'refused'],
      handle: (call) => acknowledge(shared, call),
    },
  ];
}

/** Why a link acknowledges nothing any more, whatever the process does; undefined while it may. */
function oldWords({ principal: { scopes } }: Call): string | undefined {
  return scopes.isOld === true ? `This link counted for a day. ${howElse(scopes.process ?? '')}` : undefined;
}

// An old link must not quiet a later call: whoever was called since has another one.
function earlierWords({ principal: { scopes } }: Call, facts: ProcessFacts): string | undefined {
  const response = facts.deadlines.find(({ id }) => id === responseKind);
  if (!isOfAnotherRound(response, scopes.round)) return undefined;
  return awaitsAnswer(facts)
    ? `Somebody has been asked for again since this link was sent. ${howElse(facts.id)}`
    : `This link is of an earlier call. ${howElse(facts.id)}`;
}
const howElse = (process: string) =>
  `Use the link of the latest message, or <code>muster incident ack ${escape(process)}</code>.`;

// R10: the incident in which a merged one goes on; undefined when it was not merged, or when that
// one is over too.
async function mergedInto(shared: Shared, call: Call, facts: ProcessFacts): Promise<ProcessFacts | undefined> {
  let found: ProcessFacts | undefined = facts;
  for (let step = 0; found?.mergedInto !== undefined && step < mostMerges; step++)
    found = await factsSoon(shared, found.mergedInto);
  if (found === undefined || found === facts || overWords(found) !== undefined) return undefined;
  // R37: that it goes on there is no reason to show it.
  return maySee(found.restricted, await actorOf(shared, call.principal)) ? found : undefined;
}
const mostMerges = 5;
const mergedWords = ({ id }: ProcessFacts) => `<p>It was merged into ${escape(id)}:</p>`;

/** How the incident stands, and the button that acknowledges it. */
function button(shared: Shared, person: string, facts: ProcessFacts | undefined): string {
  const name = escape(nameOf(person, shared.directory().people));
  // The form names the incident that the reader saw: a merge may come between the look and the tap.
  const action = facts === undefined ? '' : ` action="?id=${encodeURIComponent(facts.id)}"`;
  return `${standing(shared, facts)}${acceptance(shared, person, facts)}<p>Acknowledge as <strong>${name}</strong>: ${whose(shared, person, facts)}, and escalation stops.</p><form class="act" method="post"${action}><button type="submit" autofocus>Acknowledge</button></form>`;
}

// R19: who wants the person to take the incident.
function acceptance(shared: Shared, person: string, facts: ProcessFacts | undefined): string {
  const { handOff } = facts ?? {};
  if (handOff?.to !== person) return '';
  return `<p>${escape(nameOf(handOff.from, shared.directory().people))} hands it to you.</p>`;
}

function whose(shared: Shared, person: string, facts: ProcessFacts | undefined): string {
  const holder = facts?.handOff?.to === person ? person : (facts?.hasIt?.person ?? person);
  return holder === person
    ? 'you have it'
    : `your answer counts, ${escape(nameOf(holder, shared.directory().people))} has it`;
}

async function acknowledge(shared: Shared, call: Call): Promise<Answer> {
  const { process: ofLink, mark, person } = claimOf(call);
  const old = oldWords(call);
  const linked = await factsSoon(shared, ofLink);
  const goesOn = linked && (await mergedInto(shared, call, linked));
  if (linked && goesOn && call.request.query['id'] !== goesOn.id)
    return html(`${heading(ofLink, linked)}${mergedWords(goesOn)}${button(shared, person, goesOn)}`, 409);
  const earlier = old ?? (linked && !goesOn ? earlierWords(call, linked) : undefined);
  if (earlier !== undefined)
    return html(`${heading(ofLink, linked)}${standing(shared, linked)}<p>NOT acknowledged. ${earlier}</p>`, 410);
  const process = goesOn?.id ?? ofLink;
  const key = createHash('sha256')
    .update(`${call.params['token'] ?? ''}${goesOn === undefined ? '' : `/${process}`}`)
    .digest('hex');
  const { round } = call.principal.scopes;
  const actor = await actorOf(shared, call.principal);
  // Mark and round are those of the incident of the link.
  const give = (bounds: { readonly ifMark?: string; readonly ifRound?: number }) =>
    shared.store.command(process, 'acknowledge', {
      body: {},
      actor,
      receivedAt: shared.clock(),
      ...bounds,
      key: `acknowledge/link-${key}`,
      fingerprint: fingerprintOf({}, person),
    });
  try {
    if (goesOn !== undefined) await give({});
    else
      await give(given({ ifMark: mark, ifRound: round })).catch((error: unknown) => {
        // A worker of an earlier build knows no rounds: somebody is awake, and is not to be sent
        // away.
        if (round === undefined || !(error instanceof Refused) || error.refusal.reason !== 'malformed') throw error;
        return give(given({ ifMark: mark }));
      });
  } catch (error) {
    if (!(error instanceof Refused || error instanceof NoSuchProcess)) throw error;
    return html(
      `<h1>${escape(process)}</h1><p>Not acknowledged: ${escape(error.message)}.</p>`,
      error instanceof Refused ? 409 : 404,
    );
  }
  shared.noteChange(process);
  const facts = await shared.store.view(process).catch(() => undefined);
  // The process has ended or is resolved: the acknowledgement, if any, was only a line on the
  // timeline.
  const over = facts && overWords(facts);
  if (over !== undefined) return html(`${heading(process, facts)}<p>${over}</p>`);
  // A link that was used before gets its first answer again, and nothing happens. The person must
  // not go back to sleep on that answer.
  if (facts !== undefined && awaitsAnswer(facts))
    return html(
      `${heading(process, facts)}<p>NOT acknowledged: this link was used before, and somebody has been asked for again since. Use the link of the latest message, or <code>muster incident ack ${escape(process)}</code>.</p>`,
      409,
    );
  const holder = facts?.hasIt?.person ?? person;
  const words = holder === person ? 'You have it.' : `${nameOf(holder, shared.directory().people)} has it.`;
  return withStanding(
    shared,
    call,
    process,
    `${heading(process, facts)}<p class="done">Acknowledged by ${escape(nameOf(person, shared.directory().people))}. ${escape(words)}</p>`,
  );
}

// The page of the incident, with what the link is for first. The button does not wait for it.
async function withStanding(shared: Shared, call: Call, id: string, content: string): Promise<Answer> {
  const page = await within(soonMs, [], (limit) => unlessAborted(limit, incidentCalled(shared, call, id))).catch(
    () => undefined,
  );
  return page === undefined ? html(content) : aboveIncident(content, page);
}

// The button must show soon, even when the engine cannot say which incident it is for.
function factsSoon({ store }: Shared, process: string): Promise<ProcessFacts | undefined> {
  return within(soonMs, [], (limit) => unlessAborted(limit, store.view(process))).catch(() => undefined);
}
const soonMs = 1_000;

function heading(id: string, facts: ProcessFacts | undefined): string {
  if (!facts) return `<h1>${escape(id)}</h1>`;
  const { title, severity, drill } = facts;
  return `<h1>${drill ? drillMark : ''}${escape(severity)}: ${escape(title)}</h1><p>${escape(id)}</p>`;
}

/** Why nothing is left to acknowledge; undefined while there may be something. */
function overWords({ status, ended }: ProcessFacts): string | undefined {
  if (ended !== undefined)
    return `It was ${endingWords(ended.how)}, and Muster calls nobody for it any more. If it goes on, declare it anew.`;
  if (status === 'merged')
    return 'It was merged into another incident, which is over too, does not answer now, or is not for you to see.';
  return status === 'resolved' || isTerminalStatus(status)
    ? `It is ${status}. Nothing is left to acknowledge.`
    : undefined;
}

/** When the response is due, or who has acknowledged. */
function standing(shared: Shared, facts: ProcessFacts | undefined): string {
  if (!facts) return '';
  const response = facts.deadlines.find(({ id }) => id === responseKind);
  if (response && awaitsAnswer(facts)) {
    const due = Date.parse(response.dueAt);
    const when = clockTime(due, shared.config.calendar.zone);
    return `<p>Response ${due < shared.clock() ? 'was due' : 'due'} <time datetime="${response.dueAt}">${escape(when)}</time>.</p>`;
  }
  const { acknowledgedBy } = facts;
  return acknowledgedBy === undefined
    ? ''
    : `<p>${escape(nameOf(acknowledgedBy, shared.directory().people))} has acknowledged it already.</p>`;
}

// What the link says stands in whoever holds it.
function claimOf({ principal: { id, scopes } }: Call): Pick<AckLink, 'process' | 'person' | 'mark'> {
  const { process = '', mark } = scopes;
  return { process, person: id, ...given({ mark }) };
}
