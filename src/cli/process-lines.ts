/**
 * Owns one incident or release as a page for a tired reader: who has it, what is due and who is paged next, then the checklist.
 * Knows no HTTP; what a reader may conclude from the view is decided here, what is true is decided by the API.
 */
import type { GateView, ItemView, PhaseView, ProcessView } from '../contracts/view';
import { deadlineBlock } from './deadline-lines';
import { localTime, localZone, relative } from './format';
import { severityTone, type Tone } from './style';
import { pairs, table, type Layout } from './table';
import { oneLine, pad, width, wrap } from './text';

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

/** The first lines: what it is, how bad, and who has it. */
export function header(view: ProcessView, now: number, layout: Layout): string[] {
  const { style } = layout;
  const first = [
    style('strong', view.id),
    style(severityTone(view.severity), view.severity),
    view.status.toUpperCase(),
  ];
  if (view.drill) first.push(style('warn', 'DRILL: not a real one'));
  const entries = view.kind === 'incident' ? incidentPairs(view, now) : releasePairs(view, now);
  return [
    first.join('   '),
    ...wrap(oneLine(view.title), layout.width).map((line) => style('strong', line)),
    '',
    ...pairs(entries, layout),
  ];
}

function incidentPairs(view: ProcessView, now: number): Pair[] {
  const { acknowledgedAt, acknowledgedBy, roles, resolvedAt, closedAt, declaredAt, mergedInto } = view;
  const at = (instant: string) => `${localTime(Date.parse(instant), now)}, ${relative(Date.parse(instant), now)}`;
  return [
    acknowledgedAt === undefined
      ? ['Acknowledged', 'NOT ACKNOWLEDGED', resolvedAt === undefined && closedAt === undefined ? 'bad' : 'plain']
      : ['Acknowledged', `by ${oneLine(acknowledgedBy ?? '?')} at ${at(acknowledgedAt)}`, 'good'],
    roles['commander'] === undefined
      ? ['Commander', 'nobody', 'warn']
      : ['Commander', oneLine(roles['commander']), 'strong'],
    ...otherRoles(roles, 'commander'),
    ...(declaredAt === undefined
      ? []
      : [['Declared', `at ${at(declaredAt)}, by ${oneLine(view.declaredBy ?? '?')}`] as const]),
    ...(view.startedAt === undefined ? [] : [['Started', `at ${at(view.startedAt)}`] as const]),
    ...(resolvedAt === undefined ? [] : [['Resolved', `at ${at(resolvedAt)}`, 'good'] as const]),
    ...ended(view, now),
    ...(mergedInto === undefined ? [] : [['Merged into', mergedInto] as const]),
    ['Services', view.services.join(', ') || 'none recorded'],
    ['Impact', impactWords(view)],
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
      oneLine(roles['release-manager'] ?? 'nobody assigned'),
      roles['release-manager'] === undefined ? 'warn' : 'strong',
    ],
    ...otherRoles(roles, 'release-manager'),
    ...(plannedAt === undefined
      ? []
      : [['Planned', `${at(plannedAt)}, by ${oneLine(view.plannedBy ?? '?')}`] as const]),
    ...(what === '' ? [] : [['Version', oneLine(what)] as const]),
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
  const words = [customerFacing ? 'customers can see it' : 'not customer-facing', users];
  return oneLine([...words, ...(impact.description === undefined ? [] : [impact.description])].join('; '));
}

// --- The checklist -------------------------------------------------------------------------------------------------

const itemsOf = (phase: PhaseView): ItemView[] => phase.groups.flatMap(({ items }) => items);

function progress(phase: PhaseView): string {
  const counted = itemsOf(phase).filter(({ status }) => status !== 'not-applicable' && status !== 'not-needed');
  return `${counted.filter(({ status }) => status !== 'open').length}/${counted.length}`;
}

/** Each phase with its progress and its window in local time. */
function phaseLines(phases: readonly PhaseView[], now: number, layout: Layout): string[] {
  const time = (instant: string | undefined) => (instant === undefined ? '-' : localTime(Date.parse(instant), now));
  const isLatePhase = (phase: PhaseView) =>
    phase.late || (phase.status !== 'completed' && phase.dueAt !== undefined && Date.parse(phase.dueAt) <= now);
  return table<PhaseView>(
    [
      {
        title: 'PHASE',
        cell: ({ name }) => name,
        gives: 'cut',
        tone: ({ status }) => (status === 'open' ? 'strong' : 'plain'),
      },
      { title: 'ID', cell: ({ id }) => id, wide: true },
      {
        title: 'STATUS',
        cell: (phase) =>
          isLatePhase(phase) ? `${phase.status === 'completed' ? 'done' : phase.status}, LATE` : phase.status,
        tone: (phase) => (isLatePhase(phase) ? (phase.status === 'completed' ? 'warn' : 'bad') : 'plain'),
      },
      { title: 'DONE', cell: progress },
      { title: 'OPENS', cell: ({ opensAt }) => time(opensAt) },
      { title: 'DUE', cell: ({ dueAt }) => time(dueAt) },
      { title: 'CHECKLIST SAYS', cell: ({ hint }) => hint ?? '', wide: true },
    ],
    phases,
    layout,
  );
}

/** What is still to be done in the open phases, by the ids that people type; every item under `-o wide`. */
function openItemLines(phases: readonly PhaseView[], layout: Layout): string[] {
  const { wide, style } = layout;
  const shown = phases
    .map((phase) => ({
      phase,
      items: itemsOf(phase).filter(({ status }) => wide || (phase.status === 'open' && status === 'open')),
    }))
    .filter(({ items }) => items.length > 0);
  if (shown.length === 0) return [];
  const columns = Math.max(...shown.flatMap(({ items }) => items.map(({ id }) => width(id))));
  return [
    style('strong', wide ? 'ITEMS' : 'OPEN ITEMS'),
    ...shown.flatMap(({ phase, items }) => [
      `  ${oneLine(phase.name)}`,
      ...items.flatMap((item) => itemLines(item, columns, layout)),
    ]),
  ];
}

function itemLines(item: ItemView, columns: number, { width: room, style, wide }: Layout): string[] {
  const marks = [
    ...(item.required ? [] : ['if needed']),
    ...(item.check === undefined ? [] : [`check ${item.check}`]),
    ...(item.owner === undefined ? [] : [item.owner]),
  ];
  const words = [oneLine(item.text) + (marks.length > 0 ? ` (${marks.join(', ')})` : '')];
  if (wide && item.by !== undefined)
    words.push(
      `by ${oneLine(item.by)}${[item.note, item.evidence].map((text) => (text === undefined ? '' : `: ${oneLine(text)}`)).join('')}`,
    );
  const status = wide ? `${item.status.padEnd(14)} ` : '';
  const indent = 4 + status.length + columns + 3;
  return wrap(words.join('; '), Math.max(24, room - indent)).map((line, index) =>
    index === 0
      ? `    ${status}${pad(item.id, columns)}   ${style(item.status === 'open' ? 'plain' : 'dim', line)}`
      : ' '.repeat(indent) + line,
  );
}

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

/** Each gate: open or closed, why, and who decided what. */
function gateLines(gates: readonly GateView[], now: number, { style, width: room }: Layout): string[] {
  if (gates.length === 0) return [];
  return [
    style('strong', 'GATES'),
    ...gates.flatMap((gate) => [
      `  ${gate.id}   ${gate.closedBecause.length > 0 ? style('warn', 'CLOSED') : style('good', 'OPEN')}   decision: ${gate.decision}, before ${gate.before}`,
      ...gate.closedBecause.flatMap(({ text }) =>
        wrap(oneLine(text), room - 15).map((line, index) => `    ${index === 0 ? 'because' : '       '}    ${line}`),
      ),
      ...gate.approvals.flatMap(({ person, decision, at, note, stale }) => {
        const counts = stale === undefined ? '' : ` (no longer counts: ${oneLine(stale)})`;
        const words = `${oneLine(person)}: ${decision} at ${localTime(Date.parse(at), now)}${counts}${note === undefined ? '' : ` - ${oneLine(note)}`}`;
        return wrap(words, room - 4).map((line) => `    ${line}`);
      }),
    ]),
  ];
}

// --- What goes with it ---------------------------------------------------------------------------------------------

function reviewLines({ review }: ProcessView, now: number, layout: Layout): string[] {
  if (review === null) return [];
  const list = (texts: readonly string[] | undefined) => (texts ?? []).map((text) => `- ${text}`).join('\n');
  const entries: Pair[] = [
    ['Written', `by ${oneLine(review.by)} at ${localTime(Date.parse(review.at), now)}`],
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

function linkLines({ links }: ProcessView, layout: Layout): string[] {
  if (links.length === 0) return [];
  const entries = links.map(({ relation, title, to }): Pair => [
    relation,
    oneLine(title === undefined ? to : `${title}  ${to}`),
  ]);
  return [
    layout.style('strong', 'LINKS'),
    ...pairs(entries, { ...layout, width: layout.width - 2 }).map((line) => `  ${line}`),
  ];
}

// Tools carry a category; whom to call does not.
function contactLines({ contacts }: ProcessView, layout: Layout): string[] {
  const tools = contacts.filter(({ category }) => typeof category === 'string');
  const shown = layout.wide ? contacts : contacts.filter((contact) => !tools.includes(contact));
  if (shown.length === 0) return [];
  const entries = shown.map((contact): Pair => [oneLine(contact.name), contactWords(contact)]);
  const rest =
    layout.wide || tools.length === 0 ? [] : [layout.style('dim', `  ${tools.length} tools with their links: -o wide`)];
  return [
    layout.style('strong', 'CONTACTS'),
    ...pairs(entries, { ...layout, width: layout.width - 2 }).map((line) => `  ${line}`),
    ...rest,
  ];
}

function contactWords(contact: ProcessView['contacts'][number]): string {
  const more = Object.entries(contact).filter(([key]) => !['id', 'name', 'hint', 'category'].includes(key));
  const words = more.flatMap(([, value]) =>
    typeof value === 'string'
      ? [value]
      : typeof value === 'object' && value !== null
        ? Object.values(value).filter((entry) => typeof entry === 'string')
        : [],
  );
  return oneLine([...(contact.hint === undefined ? [] : [contact.hint]), ...words].join('  ')) || '-';
}
