/**
 * Owns the first lines about one incident or release, for somebody who joins late: who has it, the
 * last word, what is being done; and the facts that can wait: roles, services, impact. Knows no
 * checklist.
 */
import { noLevel } from '../../contracts/command-table';
import { responseKind } from '../../contracts/deadline-kinds';
import type { Ending } from '../../contracts/statuses';
import type { DeadlineView, ProcessView } from '../../contracts/view';
import { isRunning } from './deadline-lines';
import { localTime, localZone, relative } from '../terminal/format';
import { levelTone, type Tone } from '../terminal/style';
import { pairs, type Layout } from '../terminal/table';
import { frozenLines } from './freeze-lines';
import { targetMeetsWords } from './meeting-words';
import { cleanLine, cut, width, wrap } from '../terminal/text';

export type Pair = readonly [string, string, Tone?];

/** The process, who has it, and for an incident the last word and the current actions. */
export function standingLines(view: ProcessView, now: number, layout: Layout): string[] {
  const { style } = layout;
  const first = [
    style('strong', view.id),
    ...(view.severity === noLevel ? [] : [style(levelTone(view.level), view.severity)]),
    view.status.toUpperCase(),
  ];
  if (view.drill) first.push(style('warn', drillWords(view, now)));
  const entries =
    view.kind === 'incident'
      ? [
          ownerPair(view, now),
          ...handOffPairs(view, now),
          ...endPairs(view, now),
          ...lastWordPairs(view, now),
          ...behindPairs(view, now),
        ]
      : [managerPair(view, now), ...targetPairs(view, now), ...closedByPairs(view, now), ...behindPairs(view, now)];
  return [
    first.join('   '),
    ...wrap(cleanLine(view.title), layout.width).map((line) => style('strong', line)),
    '',
    ...pairs([...endedPairs(view, now), ...entries], layout),
  ];
}

/** How a process ended by no command, as words after `was`. */
export const endingWords = (how: Ending): string => `${how.replace('-', ' ')} in Temporal`;

// Whoever ended it in Temporal may not have meant to, and nobody else would notice.
function endedPairs({ ended, kind }: ProcessView, now: number): Pair[] {
  if (ended === undefined) return [];
  const { how, at, reason } = ended;
  const why = reason === undefined ? '' : ` (${cleanLine(reason)})`;
  return [
    ['ENDED', `${endingWords(how)} at ${since(at, now)}${why}; what follows is as it stood then`, 'bad'],
    ['', 'Muster sends nothing more for it and takes no command', 'bad'],
    ['', `if it goes on: muster ${kind} ${kind === 'incident' ? 'declare' : 'plan'}`],
  ];
}

/** The last word and the current actions of a release. */
export function lastWordLines(view: ProcessView, now: number, layout: Layout): string[] {
  return view.lastWord === null && view.actions.length === 0 ? [] : pairs(lastWordPairs(view, now), layout);
}

/** Roles, beginning, services, impact, and the clock on which times are shown. */
export function factLines(view: ProcessView, now: number, layout: Layout): string[] {
  return pairs(view.kind === 'incident' ? incidentFacts(view, now) : releaseFacts(view, now), layout);
}

const since = (instant: string, now: number, more: { date?: boolean } = {}): string =>
  `${localTime(Date.parse(instant), now, more)}, ${relative(Date.parse(instant), now)}`;

// --- Who has it ----------------------------------------------------------------------------------

function ownerPair(view: ProcessView, now: number): Pair {
  const { hasIt, closedAt, resolvedAt, deadlines, ended } = view;
  if (hasIt !== null) return ['Has it', `${cleanLine(hasIt.name)}, since ${since(hasIt.since, now)}`, 'good'];
  if (closedAt !== undefined || resolvedAt !== undefined) return ['Has it', 'nobody: it was over before an answer'];
  if (ended !== undefined)
    return ['Has it', 'nobody: it was ended before an answer, and nobody is called any more', 'bad'];
  const response = deadlines.find((deadline) => deadline.kind === responseKind && isRunning(deadline));
  return ['Has it', `nobody has answered${response === undefined ? '' : `; ${callingWords(response, now)}`}`, 'bad'];
}

function handOffPairs({ handOff }: ProcessView, now: number): Pair[] {
  if (handOff === undefined) return [];
  const until = localTime(Date.parse(handOff.answerBy), now);
  return [['Handed to', `${cleanLine(handOff.name)}, who has until ${until} to take it`, 'warn']];
}

/** `Fatima is paged now, Giorgos at 22:59`; who could not be reached stands with the deadline. */
function callingWords({ told, next }: DeadlineView, now: number): string {
  const called = told.filter(({ failed }) => failed === undefined);
  const upcoming = next?.recipients ?? [];
  const fresh = upcoming.filter(({ person }) => !called.some((one) => one.person === person));
  const whom = fresh.length === 0 && called.length > 0 ? 'they again' : namesOf(upcoming);
  const at = next === null ? '' : localTime(Date.parse(next.at), now);
  const then =
    next === null ? 'nobody further is told' : `${whom}${next.mode === 'remind' ? ' by a reminder' : ''} at ${at}`;
  return `${calledWords(told, called, next)}, ${then}`;
}

function calledWords(told: DeadlineView['told'], called: DeadlineView['told'], next: DeadlineView['next']): string {
  if (called.length > 0) {
    const verb = called.some(({ kind }) => kind === 'page') ? 'paged' : 'reminded';
    return `${namesOf(called)} ${called.length === 1 ? 'is' : 'are'} ${verb} now`;
  }
  if (told.length > 0) return 'nobody was reached yet';
  return next?.rung === '1' ? 'nobody is called yet' : 'the first call is on its way';
}

function namesOf(people: readonly { readonly name: string }[]): string {
  return people.map(({ name }) => cleanLine(name)).join(', ') || 'NOBODY (no recipient found)';
}

function managerPair({ hasIt }: ProcessView, now: number): Pair {
  if (hasIt === null) return ['Manager', 'nobody assigned', 'warn'];
  return ['Manager', `${cleanLine(hasIt.name)}, since ${since(hasIt.since, now)}`, 'strong'];
}

// --- The last word, and how it ended -------------------------------------------------------------

/** A longer last word would fill the screen before what is due. */
const longestWord = 600;
const mostLines = 8;

function shortened(text: string, kind: ProcessView['kind'], id: string): string {
  const lines = text.split('\n');
  const some = lines.slice(0, mostLines).join('\n');
  if (lines.length <= mostLines && width(text) <= longestWord) return text;
  return `${cut(some, longestWord).replace(/…$/, '').trimEnd()}… (muster ${kind} timeline ${id})`;
}

function lastWordPairs({ id, kind, lastWord, actions }: ProcessView, now: number): Pair[] {
  const said: Pair =
    lastWord === null
      ? ['Last word', 'nobody has written anything yet', 'dim']
      : [
          'Last word',
          `${cleanLine(lastWord.name)} at ${since(lastWord.at, now)}: ${shortened(lastWord.text, kind, id)}`,
        ];
  return [said, ...(actions.length === 0 ? [] : [['Actions', actions.map(cleanLine).join('; ')] as const])];
}

// What keeps the gates closed, and where it is worked on.
function closedByPairs({ closedBy = [] }: ProcessView, now: number): Pair[] {
  return closedBy.flatMap(({ id, severity, since: from, title }, index): Pair[] => [
    [
      index === 0 ? 'Gates closed' : '',
      `by ${cleanLine(id)} (${cleanLine(severity)}), open since ${since(from, now)}${title === undefined ? '' : `: ${cleanLine(title)}`}`,
      'warn',
    ],
    ['', `see it: muster incident show ${cleanLine(id)}`],
  ]);
}

function targetPairs(view: ProcessView, now: number): Pair[] {
  const { targetAt, meets, deployedAt, begunEarly, frozen, begunInFreeze } = view;
  return [
    ...(targetAt === undefined ? [] : [['Target', since(targetAt, now, { date: true }), 'strong'] as const]),
    ...(meets === undefined ? [] : [['', targetMeetsWords(meets, now), 'warn'] as const]),
    ...(frozen === undefined
      ? []
      : frozenLines(frozen, now).map((line, index) => [index === 0 ? 'Frozen' : '', line, 'warn'] as const)),
    ...(begunEarly === undefined
      ? []
      : [
          [
            'Begun early',
            `${localTime(Date.parse(begunEarly.at), now, { date: true })}, by ${cleanLine(begunEarly.by)}: ${cleanLine(begunEarly.reason)}`,
            'warn',
          ] as const,
        ]),
    ...(begunInFreeze === undefined
      ? []
      : [
          [
            'In a freeze',
            `begun ${localTime(Date.parse(begunInFreeze.at), now, { date: true })}, by ${cleanLine(begunInFreeze.by)}: ${cleanLine(begunInFreeze.reason)} (${begunInFreeze.freezes.map(({ title }) => cleanLine(title)).join('; ')})`,
            'warn',
          ] as const,
        ]),
    ...(deployedAt === undefined ? [] : [['Deployed', since(deployedAt, now, { date: true }), 'good'] as const]),
    ...endPairs(view, now),
  ];
}

function endPairs({ resolvedAt, closedAt, status, mergedInto, actionItems, ended }: ProcessView, now: number): Pair[] {
  const open = actionItems.filter(({ doneAt, dropped }) => doneAt === undefined && dropped === undefined).length;
  return [
    ...(resolvedAt === undefined ? [] : [['Resolved', `at ${since(resolvedAt, now)}`, 'good'] as const]),
    ...(closedAt === undefined ? [] : [['Ended', `${status} at ${since(closedAt, now)}`] as const]),
    ...(mergedInto === undefined ? [] : [['Merged into', mergedInto] as const]),
    ...(closedAt === undefined || open === 0
      ? []
      : [
          [
            'Still owed',
            `${open} action item${open === 1 ? '' : 's'}; ${ended === undefined ? 'the reminders go on' : 'nobody is reminded any more'}`,
            'warn',
          ] as const,
        ]),
  ];
}

/** A request to an outside tool that runs no longer than this is not shown. */
const behindAfterMs = 10_000;

// Outside tools that are not up to date. A reader who looks for the incident's Slack channel should
// see why there is none.
function behindPairs({ followers }: ProcessView, now: number): Pair[] {
  const words = followers.flatMap(({ channel, status, at, because }) => {
    const time = localTime(Date.parse(at), now);
    if (status === 'failed') return [`${cleanLine(channel)} (${time}: ${cleanLine(because ?? 'it failed')})`];
    return status === 'waiting' && now - Date.parse(at) > behindAfterMs ? [`${cleanLine(channel)} since ${time}`] : [];
  });
  return words.length === 0 ? [] : [['Not in step', words.join('; '), 'warn']];
}

function drillWords({ drillEndsAt, resolvedAt, closedAt }: ProcessView, now: number): string {
  if (drillEndsAt === undefined || closedAt !== undefined) return 'DRILL: not a real one';
  if (resolvedAt !== undefined) return 'DRILL: not a real one, closes by itself in a moment';
  return `DRILL: not a real one, ends by itself at ${localTime(Date.parse(drillEndsAt), now)}`;
}

// --- Facts that can wait -------------------------------------------------------------------------

function incidentFacts(view: ProcessView, now: number): Pair[] {
  const { roles, declaredAt, startedAt, closedAt, acknowledgedAt, acknowledgedBy = '?' } = view;
  const unled = roles['commander'] === undefined && closedAt === undefined;
  return [
    rolesPair(roles, unled ? 'no commander' : undefined),
    ...(declaredAt === undefined
      ? []
      : [['Declared', `at ${since(declaredAt, now)}, by ${cleanLine(view.declaredBy ?? '?')}`] as const]),
    ...(startedAt === undefined ? [] : [['Started', `at ${since(startedAt, now)}`] as const]),
    ...(acknowledgedAt === undefined
      ? []
      : [['Answered', `at ${since(acknowledgedAt, now)}, by ${cleanLine(acknowledgedBy)}`] as const]),
    ['Services', view.services.join(', ') || 'none recorded'],
    ['Impact', impactWords(view)],
    ...commonFacts(view, now),
  ];
}

function releaseFacts(view: ProcessView, now: number): Pair[] {
  const { plannedAt, roles } = view;
  const what = [view.version, view.strategy].filter((word) => word !== undefined).join(', ');
  const { 'release-manager': _manager, ...others } = roles;
  return [
    ...(Object.keys(others).length === 0 ? [] : [rolesPair(others)]),
    ...(plannedAt === undefined
      ? []
      : [['Planned', `${since(plannedAt, now, { date: true })}, by ${cleanLine(view.plannedBy ?? '?')}`] as const]),
    ...(what === '' ? [] : [['Version', cleanLine(what)] as const]),
    ['Services', view.services.join(', ') || 'none'],
    ...commonFacts(view, now),
  ];
}

function rolesPair(roles: Readonly<Record<string, string>>, lacking?: string): Pair {
  const held = Object.entries(roles).map(([role, person]) => cleanLine(`${role} ${person}`));
  return ['Roles', [...(lacking === undefined ? [] : [lacking]), ...held].join(', ') || 'none'];
}

function commonFacts({ labels, description, restricted }: ProcessView, now: number): Pair[] {
  return [
    ...(restricted === undefined ? [] : [['Restricted', restrictedWords(restricted), 'warn'] as const]),
    ...(labels.length === 0 ? [] : [['Labels', labels.join(', ')] as const]),
    ...(description === undefined ? [] : [['About', description] as const]),
    ['Times', `in ${localZone()}; now ${localTime(now, now, { date: true })}`, 'dim'],
  ];
}

function restrictedWords({ to, involved }: NonNullable<ProcessView['restricted']>): string {
  const others = involved.length === 0 ? '' : `; also seen by ${involved.map(cleanLine).join(', ')}`;
  return `to ${to.map(cleanLine).join(', ')}${others}`;
}

function impactWords({ impact, customerFacing }: ProcessView): string {
  const users =
    impact.usersAffected === undefined ? 'users affected not recorded' : `${impact.usersAffected} users affected`;
  const words = [customerFacing ? 'visible to customers' : 'not customer-facing', users];
  return cleanLine([...words, ...(impact.description === undefined ? [] : [impact.description])].join('; '));
}
