/**
 * Owns the page Rehearse: asks the rules what would happen, as the form says in the address, and
 * gathers what they answer. What is long is done in the thread for long work. How the page looks is
 * in src/web.
 */
import { coverageQuestion, coverageView, policyOf, templatesOf, worldOf } from '../../config';
import type { ScenarioText } from '../../contracts/rehearsal-fields';
import {
  rehearseViews,
  type RehearsalAsked,
  type RehearsePage,
  type ShownRehearsal,
} from '../../contracts/rehearse-page';
import { processIdPattern } from '../../contracts/view';
import { comparedRuns, levelsOf, unlikeLevels, whatIf, type Account } from '../../domain';
import type { Rehearsed } from '../../words/long-work';
import type { Answer, Call, Route, Shared } from '../http/route';
import { choicesOf } from '../present/choices';
import { pageAnswer } from '../present/html-page';
import { shownRows } from '../present/insiders';
import { pageBase, textIn } from '../present/page-base';
import { actorOf, checkSeen } from '../present/readers';
import { shownWhatIf } from '../present/what-if-shown';
import { NoSuchProcess } from '../temporal/process-store';
import { templateRows } from './configuration';
import { rehearsalOf, rehearsalsAMinute } from './rehearsals';

/** A page of these is below 100 KB. */
const mostLines = 120;
const mostIncidents = 20;
const coveredDays = 90;
const usualMinutes = '7';

export function rehearsePageRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/rehearse',
      name: 'show-rehearsal',
      needs: 'viewer',
      about:
        'the page of rehearsals: who would be told what, what is covered, a closed incident under the policy of today',
      anyQuery: true,
      openedByLinks: true,
      forReaders: true,
      asksWho: true,
      perMinute: rehearsalsAMinute,
      problems: ['busy', 'restricted'],
      success: {
        status: 200,
        about: 'a page, or its model for the script of the page',
        types: ['text/html', 'application/json'],
      },
      handle: (call) => showRehearsal(shared, call),
    },
  ];
}

async function showRehearsal(shared: Shared, call: Call): Promise<Answer> {
  const config = shared.inForce();
  const policies = templatesOf(config, 'incident').map(({ name }) =>
    policyOf(config, 'incident', shared.clock(), name),
  );
  const { services } = shared.directory();
  const levels = [...new Set(policies.flatMap(levelsOf))];
  const asked = askedIn(call, { level: levels[0] ?? '', service: Object.keys(services)[0] ?? '' });
  const show = rehearseViews.find((view) => view === textIn(call, 'show')) ?? 'rehearsal';
  const nothing = { refused: [], rehearsal: null, coverage: null, whatIf: null } as const;
  const page: RehearsePage = {
    ...pageBase(shared, call),
    page: 'rehearse',
    policies: templateRows(shared.config).map(({ hash }) => hash),
    show,
    asked,
    levels,
    services: Object.keys(services),
    everybody: choicesOf(shared.directory()).people,
    incident: textIn(call, 'incident').trim().toUpperCase(),
    incidents: show === 'what-if' ? await closedIncidents(shared, call) : [],
    ...nothing,
  };
  const shown = { ...page, ...(await answerOf(shared, call, page)) };
  return pageAnswer(shown, shown.refused.length === 0 ? 200 : 400);
}

type Shown = Partial<Pick<RehearsePage, 'refused' | 'rehearsal' | 'coverage' | 'whatIf'>>;

function answerOf(shared: Shared, call: Call, page: RehearsePage): Shown | Promise<Shown> {
  switch (page.show) {
    case 'rehearsal':
      return rehearsed(shared, call, page.asked);
    case 'coverage':
      return covered(shared);
    case 'what-if':
      return page.incident === '' ? {} : tried(shared, call, page.incident);
  }
}

// --- A rehearsal ---------------------------------------------------------------------------------

/** `usual`: what stands in the form before anybody has filled it in. */
function askedIn(call: Call, usual: Pick<RehearsalAsked, 'level' | 'service'>): RehearsalAsked {
  const isSent = call.request.query['level'] !== undefined;
  return {
    level: isSent ? textIn(call, 'level') : usual.level,
    service: isSent ? textIn(call, 'service') : usual.service,
    at: textIn(call, 'at'),
    who: textIn(call, 'who'),
    after: textIn(call, 'after') || usualMinutes,
  };
}

/** Which field of the form wrote a field of the scenario. */
const formField: Readonly<Record<string, string>> = { severity: 'level', services: 'service', ack: 'after', by: 'who' };

async function rehearsed(shared: Shared, call: Call, asked: RehearsalAsked): Promise<Shown> {
  const { level, service, at, who, after } = asked;
  const isAnswered = who !== '';
  if (isAnswered && !/^\d{1,4}$/.test(after))
    return { refused: [{ path: 'after', message: `expected minutes, such as ${usualMinutes}; found "${after}"` }] };
  const scenario: ScenarioText = {
    severity: level,
    ...(service === '' ? {} : { services: [service] }),
    ...(at === '' ? {} : { at }),
    ...(isAnswered ? { ack: [`${after}m`] } : { nobody: true }),
    ...(isAnswered && who !== 'first' ? { by: who } : {}),
  };
  const outcome = await rehearsalOf(shared, call.principal.id, 'incident', scenario);
  if (outcome.ok) return { rehearsal: shownRehearsal(outcome.answer) };
  return {
    refused: outcome.errors.map(({ path, message }) => {
      const field = path.replace(/\[\d+\]$/, '');
      return { path: formField[field] ?? field, message };
    }),
  };
}

function shownRehearsal(answer: Rehearsed['answer']): ShownRehearsal {
  const { at, endedAt, severity, services, template, ends, status, paged, agenda } = answer;
  return {
    at,
    endedAt,
    severity,
    services,
    template,
    ends,
    status,
    paged,
    agenda: agenda.slice(0, mostLines),
    later: Math.max(0, agenda.length - mostLines),
  };
}

// --- Coverage ------------------------------------------------------------------------------------

async function covered(shared: Shared): Promise<Shown> {
  const order = { days: coveredDays, overrides: await shared.overrides.read() };
  const config = shared.inForce();
  const question = coverageQuestion(config, order, shared.clock());
  if (typeof question === 'string') return { refused: [{ path: '', message: question }] };
  return { coverage: coverageView(config, order, await shared.longWork.coverage(question)) };
}

// --- What if -------------------------------------------------------------------------------------

async function closedIncidents(shared: Shared, call: Call): Promise<RehearsePage['incidents']> {
  const { rows } = await shared.store.list({ kinds: ['incident'], open: false }, mostIncidents);
  const shown = await shownRows(shared, rows, await actorOf(shared, call.principal));
  return shown.map(({ id, title, severity }) => ({ id, title, severity }));
}

async function tried(shared: Shared, call: Call, id: string): Promise<Shown> {
  const refusal = (message: string): Shown => ({ refused: [{ path: 'incident', message }] });
  if (!processIdPattern.test(id) || !id.startsWith('INC'))
    return refusal(`"${id.slice(0, 60)}" is no id of an incident; expected one such as INC-2026-12-07-001`);
  const account = await accountOf(shared, id);
  if (account === undefined) return refusal(`there is no incident ${id}`);
  const { facts, timeline } = account;
  checkSeen(facts, await actorOf(shared, call.principal));
  const [now, overrides] = [shared.clock(), await shared.overrides.read()];
  const world = worldOf(shared.inForce(), now);
  const names = world.templates('incident');
  // A template that is gone is followed by none: what is the default today would be followed.
  const followed = names.find((name) => name === facts.template.name);
  const policyAt = (at: number) => world.policyAt('incident', at, followed);
  const unlike = unlikeLevels(id, timeline, { ...policyAt(now), name: followed ?? 'the template of today' });
  if (unlike !== undefined) return refusal(unlike);
  const again = whatIf(
    { view: facts, timeline },
    {
      policyAt,
      directoryAt: (at) => ({ ...world.directoryAt(at), overrides }),
      calendarsAt: world.calendarsAt,
      now,
    },
  );
  const { answer } = await shared.longWork.rehearse(again.script);
  return { whatIf: shownWhatIf(account, again, answer, comparedRuns(again, answer)) };
}

async function accountOf({ store }: Shared, id: string): Promise<Account | undefined> {
  try {
    return await store.account(id);
  } catch (error) {
    if (error instanceof NoSuchProcess) return undefined;
    throw error;
  }
}
