/**
 * Owns one incident or release as a page for a tired reader: who has it, what is due and who is
 * paged next, then the checklist. Knows no HTTP. This file decides how the view is shown; the API
 * decides what is true.
 */
import type { PossibleDuplicate, ProcessView } from '../../contracts/view';
import { gateLines, openItemLines, phaseLines } from './checklist-lines';
import { deadlineBlock } from './deadline-lines';
import { localTime, localZone, relative } from '../terminal/format';
import { severityTone, type Tone } from '../terminal/style';
import { pairs, table, type Layout } from '../terminal/table';
import { cleanLine, wrap } from '../terminal/text';

type Pair = readonly [string, string, Tone?];

/** The whole page, block after block. */
export function processLines(view: ProcessView, now: number, layout: Layout): string[] {
  const blocks = [
    header(view, now, layout),
    deadlineBlock(view.deadlines, now, layout),
    ...(view.kind === 'release' ? [gateLines(view.gates, now, layout)] : []),
    phaseLines(view.phases, now, layout),
    openItemLines(view.phases, layout),
    actionItemLines(view, now, layout),
    ...(view.kind === 'incident' ? [gateLines(view.gates, now, layout)] : []),
    reviewLines(view, now, layout),
    linkLines(view, layout),
    contactLines(view, layout),
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, index) => (index === 0 ? block : ['', ...block]));
}

/** The first lines: the process, its severity, and who has it. */
export function header(view: ProcessView, now: number, layout: Layout): string[] {
  const { style } = layout;
  const first = [
    style('strong', view.id),
    style(severityTone(view.severity), view.severity),
    view.status.toUpperCase(),
  ];
  if (view.drill) first.push(style('warn', drillWords(view, now)));
  const entries = [
    ...(view.kind === 'incident' ? incidentPairs(view, now) : releasePairs(view, now)),
    ...behindPairs(view, now),
  ];
  return [
    first.join('   '),
    ...wrap(cleanLine(view.title), layout.width).map((line) => style('strong', line)),
    '',
    ...pairs(entries, layout),
  ];
}

/** The open incidents that may be the same as the one just declared, and how the two become one. */
export function duplicateLines(
  id: string,
  duplicates: readonly PossibleDuplicate[],
  now: number,
  layout: Layout,
): string[] {
  const [first] = duplicates;
  if (!first) return [];
  return [
    '',
    layout.style('warn', 'MAYBE THE SAME'),
    ...table<PossibleDuplicate>(
      [
        { title: 'ID', cell: (one) => one.id },
        { title: 'SEV', cell: ({ severity }) => severity, tone: ({ severity }) => severityTone(severity) },
        { title: 'STATUS', cell: ({ status }) => status },
        { title: 'DECLARED', cell: ({ declaredAt }) => relative(Date.parse(declaredAt), now) },
        { title: 'TITLE', cell: ({ title }) => title, gives: 'wrap' },
      ],
      duplicates,
      { ...layout, width: layout.width - 2 },
    ).map((line) => `  ${line}`),
    `  The same problem? muster incident merge ${id} ${first.id}`,
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

function incidentPairs(view: ProcessView, now: number): Pair[] {
  const { acknowledgedAt, acknowledgedBy, roles, resolvedAt, closedAt, declaredAt, mergedInto } = view;
  const at = (instant: string) => `${localTime(Date.parse(instant), now)}, ${relative(Date.parse(instant), now)}`;
  return [
    acknowledgedAt === undefined
      ? ['Acknowledged', 'NOT ACKNOWLEDGED', resolvedAt === undefined && closedAt === undefined ? 'bad' : 'plain']
      : ['Acknowledged', `by ${cleanLine(acknowledgedBy ?? '?')} at ${at(acknowledgedAt)}`, 'good'],
    roles['commander'] === undefined
      ? ['Commander', 'nobody', 'warn']
      : ['Commander', cleanLine(roles['commander']), 'strong'],
    ...otherRoles(roles, 'commander'),
    ...(declaredAt === undefined
      ? []
      : [['Declared', `at ${at(declaredAt)}, by ${cleanLine(view.declaredBy ?? '?')}`] as const]),
    ...(view.startedAt === undefined ? [] : [['Started', `at ${at(view.startedAt)}`] as const]),
    ...(resolvedAt === undefined ? [] : [['Resolved', `at ${at(resolvedAt)}`, 'good'] as const]),
    ...ended(view, now),
    ...(mergedInto === undefined ? [] : [['Merged into', mergedInto] as const]),
    ['Services', view.services.join(', ') || 'none recorded'],
    ['Impact', impactWords(view)],
    ...(view.labels.length === 0 ? [] : [['Labels', view.labels.join(', ')] as const]),
    ...(view.description === undefined ? [] : [['About', view.description] as const]),
    ['Times', `in ${localZone()}; now ${localTime(now, now, { date: true })}`, 'dim'],
  ];
}

function releasePairs(view: ProcessView, now: number): Pair[] {
  const { targetAt, deployedAt, plannedAt, roles } = view;
  const at = (instant: string) =>
    `${localTime(Date.parse(instant), now, { date: true })}, ${relative(Date.parse(instant), now)}`;
  const what = [view.version, view.strategy].filter((word) => word !== undefined).join(', ');
  return [
    ...(targetAt === undefined ? [] : [['Target', at(targetAt), 'strong'] as const]),
    ...(deployedAt === undefined ? [] : [['Deployed', at(deployedAt), 'good'] as const]),
    ...ended(view, now),
    [
      'Manager',
      cleanLine(roles['release-manager'] ?? 'nobody assigned'),
      roles['release-manager'] === undefined ? 'warn' : 'strong',
    ],
    ...otherRoles(roles, 'release-manager'),
    ...(plannedAt === undefined
      ? []
      : [['Planned', `${at(plannedAt)}, by ${cleanLine(view.plannedBy ?? '?')}`] as const]),
    ...(what === '' ? [] : [['Version', cleanLine(what)] as const]),
    ['Services', view.services.join(', ') || 'none'],
    ...(view.description === undefined ? [] : [['About', view.description] as const]),
    ['Times', `in ${localZone()}; now ${localTime(now, now, { date: true })}`, 'dim'],
  ];
}

function otherRoles(roles: Readonly<Record<string, string>>, shown: string): Pair[] {
  const others = Object.entries(roles).filter(([role]) => role !== shown);
  return others.length === 0 ? [] : [['Roles', others.map(([role, person]) => `${role} ${person}`).join(', ')]];
}

function ended(view: ProcessView, now: number): Pair[] {
  const { closedAt } = view;
  if (closedAt === undefined) return [];
  return [
    ['Ended', `${view.status} at ${localTime(Date.parse(closedAt), now)}, ${relative(Date.parse(closedAt), now)}`],
  ];
}

function impactWords({ impact, customerFacing }: ProcessView): string {
  const users =
    impact.usersAffected === undefined ? 'users affected not recorded' : `${impact.usersAffected} users affected`;
  const words = [customerFacing ? 'visible to customers' : 'not customer-facing', users];
  return cleanLine([...words, ...(impact.description === undefined ? [] : [impact.description])].join('; '));
}

// --- Blocks below the checklist ------------------------------------------------------------------

function actionItemLines({ actionItems }: ProcessView, now: number, layout: Layout): string[] {
  if (actionItems.length === 0) return [];
  type Row = ProcessView['actionItems'][number];
  const ended = (row: Row) => row.doneAt !== undefined || row.dropped !== undefined;
  const late = (row: Row) => !ended(row) && Date.parse(row.dueAt) <= now;
  return [
    layout.style('strong', 'ACTION ITEMS'),
    ...table<Row>(
      [
        { title: 'NO', cell: ({ id }) => id },
        {
          title: 'STATUS',
          cell: (row) =>
            row.doneAt !== undefined
              ? 'done'
              : row.dropped !== undefined
                ? 'dropped'
                : late(row)
                  ? 'open, LATE'
                  : 'open',
          tone: (row) => (late(row) ? 'bad' : ended(row) ? 'dim' : 'plain'),
        },
        { title: 'DUE', cell: ({ dueAt }) => localTime(Date.parse(dueAt), now) },
        { title: 'OWNER', cell: ({ owner }) => owner },
        { title: 'WHAT', cell: ({ title }) => title, gives: 'wrap' },
      ],
      actionItems,
      { ...layout, width: layout.width - 2 },
    ).map((line) => `  ${line}`),
  ];
}

function reviewLines({ review }: ProcessView, now: number, layout: Layout): string[] {
  if (review === null) return [];
  const list = (texts: readonly string[] | undefined) => (texts ?? []).map((text) => `- ${text}`).join('\n');
  const entries: Pair[] = [
    ['Written', `by ${cleanLine(review.by)} at ${localTime(Date.parse(review.at), now)}`],
    ['Root cause', review.rootCause ?? ''],
    ['Resolution', review.resolution ?? ''],
    ['Went well', list(review.wentWell)],
    ['Improve', list(review.couldImprove)],
  ];
  const given = entries.filter(([, text]) => text !== '');
  return [
    layout.style('strong', 'REVIEW'),
    ...pairs(given, { ...layout, width: layout.width - 2 }).map((line) => `  ${line}`),
  ];
}

function linkLines({ links, serviceLinks }: ProcessView, layout: Layout): string[] {
  if (links.length + serviceLinks.length === 0) return [];
  const entries = [
    ...links.map(({ relation, title, to }): Pair => [
      relation,
      cleanLine(title === undefined ? to : `${title}  ${to}`),
    ]),
    ...serviceLinks.map(({ service, name, to }): Pair => [cleanLine(name), cleanLine(`${service}  ${to}`)]),
  ];
  return [
    layout.style('strong', 'LINKS'),
    ...pairs(entries, { ...layout, width: layout.width - 2 }).map((line) => `  ${line}`),
  ];
}

// Contacts to call now stand first. The other contacts and tools are only shown on request.
function contactLines({ contacts }: ProcessView, layout: Layout): string[] {
  if (contacts.length === 0) return [];
  const matter = contacts.filter(({ matters }) => matters);
  const others = contacts.filter(({ matters }) => !matters);
  const shown = layout.wide ? [...matter, ...others] : matter;
  const rest = `${others.length} ${matter.length > 0 ? 'other ' : ''}${others.length === 1 ? 'contact or tool' : 'contacts and tools'}`;
  return [
    layout.style('strong', 'CONTACTS'),
    ...pairs(
      shown.map((contact): Pair => [cleanLine(contact.name), contactWords(contact), contact.matters ? 'plain' : 'dim']),
      { ...layout, width: layout.width - 2 },
    ).map((line) => `  ${line}`),
    ...(layout.wide || others.length === 0 ? [] : [layout.style('dim', `  ${rest}: -o wide`)]),
  ];
}

// Phone, e-mail and links first: at night nobody reads to the end.
function contactWords({ hint, ...contact }: ProcessView['contacts'][number]): string {
  const text = (value: unknown) => (typeof value === 'string' ? [value] : []);
  const { links } = contact;
  const ways = [
    ...text(contact['phone']),
    ...text(contact['email']),
    ...(typeof links === 'object' && links !== null ? Object.values(links).flatMap(text) : []),
  ];
  if (ways.length === 0) return cleanLine(hint ?? '-');
  return cleanLine(`${ways.join(', ')}${hint === undefined ? '' : ` (${hint})`}`);
}
