/** Owns alerts as tables and lines: what is known, what fits no rule, what a payload would do. */
import type { AlertRow, AlertsTakenAnswer, AlertTrial, TriedAlert, UnmatchedPage } from '../../contracts/view';
import { localTime } from '../terminal/format';
import { pairs, table, type Layout } from '../terminal/table';
import { cleanLine } from '../terminal/text';

/** How an alert is named in commands; a restricted one has no name. */
export const alertName = ({ source, key }: AlertRow): string => (key === undefined ? '-' : `${source}/${key}`);

const when = (instant: string | undefined, now: number) =>
  instant === undefined ? '-' : localTime(Date.parse(instant), now, { date: true });

export function alertTable(rows: readonly AlertRow[], now: number, layout: Layout): string[] {
  return table<AlertRow>(
    [
      { title: 'STATE', cell: stateOf, tone: ({ state }) => (state === 'firing' ? 'bad' : 'plain') },
      { title: 'SINCE', cell: ({ firstAt }) => localTime(Date.parse(firstAt), now) },
      { title: 'LAST', cell: ({ lastAt }) => when(lastAt, now), wide: true },
      { title: 'COUNT', cell: ({ count }) => String(count), wide: true },
      { title: 'LEVEL', cell: ({ level = '-' }) => level },
      { title: 'SERVICE', cell: ({ service = '-' }) => service },
      { title: 'INCIDENT', cell: ({ incident = '-' }) => incident },
      { title: 'ALERT', cell: alertName, wide: true },
      { title: 'TITLE', cell: ({ title }) => title, gives: 'wrap' },
    ],
    rows,
    layout,
  );
}

function stateOf({ state, fellSilent, flaps, heldUntil }: AlertRow): string {
  if (state === 'resolved') return fellSilent ? 'silent' : 'ended';
  return heldUntil !== undefined ? 'waits' : flaps ? 'flaps' : 'fires';
}

export function alertLines(row: AlertRow, now: number, layout: Layout): string[] {
  const { title, severity, level, service, incident, firstAt, lastAt, count, endedAt, fellSilent, heldUntil, flaps } =
    row;
  const times = count === 1 ? 'once' : `${count} times`;
  const held = heldUntil === undefined ? '' : `; nobody hears of it before ${when(heldUntil, now)}`;
  const flapping = flaps ? '; it begins and ends too often, and ends when it has been quiet' : '';
  const silent = fellSilent ? '; nobody said that it is over' : '';
  return [
    `${layout.style('strong', cleanLine(alertName(row)))}   ${cleanLine(title)}`,
    ...pairs(
      [
        ['State', stateOf(row) + held + flapping + silent],
        ['Level', `${level ?? '-'}${severity === undefined ? '' : ` (its sender says ${cleanLine(severity)})`}`],
        ['Service', cleanLine(service ?? '-')],
        ['Incident', cleanLine(incident ?? 'none')],
        ['First', when(firstAt, now)],
        ['Last', `${when(lastAt, now)}, said ${times}`],
        ...(endedAt === undefined ? [] : [['Ended', when(endedAt, now)] as const]),
      ],
      layout,
    ),
  ];
}

type Unmatched = UnmatchedPage['items'][number];
/** What a sender repeats is one row, with how often it came. */
export function unmatchedTable(rows: readonly Unmatched[], now: number, layout: Layout): string[] {
  type Repeated = Unmatched & { readonly times: number };
  const labels = (row: Unmatched) => Object.entries(row.labels).map(([name, value]) => `${name}=${value}`);
  const repeated = new Map<string, Repeated>();
  // The latest comes first.
  for (const row of rows) {
    const id = JSON.stringify([row.source, row.key, row.title, row.because]);
    const known = repeated.get(id);
    repeated.set(id, { ...(known ?? row), times: (known?.times ?? 0) + 1 });
  }
  return table<Repeated>(
    [
      { title: 'LAST', cell: ({ at }) => when(at, now) },
      { title: 'TIMES', cell: ({ times }) => String(times) },
      { title: 'SOURCE', cell: ({ source }) => source },
      { title: 'KEY', cell: ({ key }) => key || '-', wide: true },
      { title: 'LABELS', cell: (row) => labels(row).join(' ') || '-', wide: true },
      // What cannot be read has no identity.
      {
        title: 'ALERT',
        cell: ({ key, title }) => (key === '' ? `not read${title === '' ? '' : `: ${title}`}` : title),
        gives: 'cut',
      },
      { title: 'WHY', cell: ({ because }) => because, gives: 'wrap' },
    ],
    [...repeated.values()],
    layout,
  );
}

type Source = UnmatchedPage['sources'][number];
export function sourceTable(rows: readonly Source[], now: number, layout: Layout): string[] {
  return table<Source>(
    [
      { title: 'SOURCE', cell: ({ source }) => source },
      { title: 'PRESET', cell: ({ preset = '-' }) => preset },
      { title: 'LAST', cell: ({ lastAt }) => (lastAt === undefined ? 'never' : when(lastAt, now)) },
      { title: 'REQUESTS', cell: ({ requests }) => String(requests), wide: true },
      { title: 'ALERTS', cell: ({ alerts }) => String(alerts) },
      { title: 'UNMATCHED', cell: ({ unmatched }) => String(unmatched) },
      { title: 'IGNORED', cell: ({ ignored }) => String(ignored) },
      { title: 'LATE', cell: ({ late }) => String(late) },
      { title: 'PAGES', cell: ({ pages }) => String(pages), wide: true },
      { title: 'ANSWERS', cell: ({ answers }) => String(answers), wide: true },
      { title: 'FURTHER', cell: ({ further }) => String(further), wide: true },
    ],
    rows,
    layout,
  );
}

export interface PresetRow {
  readonly id: string;
  /** Where in alerts.yaml it is named. */
  readonly under: 'sources' | 'deployments';
}
export function presetTable(rows: readonly PresetRow[], layout: Layout): string[] {
  return table<PresetRow>(
    [
      { title: 'PRESET', cell: ({ id }) => id },
      { title: 'UNDER', cell: ({ under }) => under },
    ],
    rows,
    layout,
  );
}

/** What comes of an alert that was sent, as far as the rules say. */
export function takenWords({ decision }: AlertsTakenAnswer): string {
  if (decision === undefined) return 'is taken; muster alerts list shows what comes of it';
  const { would, rule, page, service, level, waitSeconds } = decision;
  const about = service === undefined ? '' : ` about ${service}`;
  switch (would) {
    case 'open':
      return waitSeconds === undefined
        ? `fires: ${level}${about}`
        : `is taken: ${level}${about}; nobody hears of it before it has fired for ${waitSeconds} s (${rule})`;
    case 'join':
      return `is taken: it joins an open incident${about}, and begins none (${rule})`;
    case 'ignore':
      return `is taken, and wakes nobody: ${rule} ignores it`;
    case 'page':
    case 'answer':
      return `is taken, and wakes nobody: it is a page of ${page}`;
    case 'unmatched':
    case 'end':
    case 'acknowledge':
      return 'is taken';
  }
}

/** What each alert of a payload would do, and why. */
export function trialLines({ alerts, groups, unread, ignored, sns }: AlertTrial, layout: Layout): string[] {
  return [
    ...(sns === undefined ? [] : snsLines(sns, layout)),
    ...alerts.flatMap((alert, index) => [...(index === 0 ? [] : ['']), ...triedLines(alert, layout)]),
    ...groups.map(
      ({ group, says, leftOut }) =>
        `Group ${cleanLine(group)}: ${says}${leftOut === 0 ? '' : `, and ${leftOut} alerts that the message leaves out`}`,
    ),
    ...(ignored === 0 ? [] : [`${ignored} said nothing by intention: a test, a note`]),
    ...unread.map(
      ({ title, because }) => `Not read${title === '' ? '' : ` (${cleanLine(title)})`}: ${cleanLine(because)}`,
    ),
  ];
}

function snsLines({ says, topic, because = '' }: NonNullable<AlertTrial['sns']>, layout: Layout): string[] {
  const would = {
    confirmed:
      'confirm the subscription, if SNS signed this within the hour before: the topic is one of the source, and its alarms come from then on',
    ended:
      'wake nobody, and be shown by `muster alerts unmatched`: the subscription has ended, and SNS sends nothing more',
    refused: `be refused (401): ${because}`,
    unconfirmed: `confirm nothing: ${because}`,
  }[says];
  return [
    layout.style('strong', 'Message of SNS'),
    ...pairs(
      [
        ...(topic === undefined ? [] : [['Topic', cleanLine(topic)] as const]),
        ['Would', cleanLine(would), says === 'confirmed' ? 'plain' : 'warn'],
      ],
      layout,
    ),
  ];
}

function triedLines(alert: TriedAlert, layout: Layout): string[] {
  const { key, says, title, service, serviceBecause, level, levelBecause, rule, labels, page } = alert;
  const named = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const why = (word: string | undefined, because: string | undefined) =>
    cleanLine(`${word ?? 'none'}${because === undefined ? '' : `: ${because}`}`);
  const leads = level !== undefined;
  return [
    `${layout.style('strong', cleanLine(key))}   ${says}`,
    ...pairs(
      [
        ['Title', cleanLine(title)],
        ...(named.length === 0 ? [] : [['Labels', cleanLine(named.join(', '))] as const]),
        ...(leads
          ? ([
              ['Service', why(service, serviceBecause)],
              ['Level', why(level, levelBecause)],
            ] as const)
          : []),
        ...(page === undefined ? [['Rule', rule ?? 'none fits'] as const] : []),
        ['Would', cleanLine(wouldWords(alert)), alert.would === 'unmatched' ? 'warn' : 'plain'],
      ],
      layout,
    ),
  ];
}

function wouldWords(alert: TriedAlert): string {
  const { would, service, incidentTitle, template, waitSeconds, gather, because, by, rule, page } = alert;
  const about = service === undefined ? 'of this source' : `about ${service}`;
  switch (would) {
    case 'open': {
      const wait = waitSeconds === undefined ? '' : `when it has fired for ${waitSeconds} s, `;
      const which = gather === undefined ? `the open incident ${about}` : `the open incident of ${gather}`;
      const follows = template === undefined ? '' : `, by the template ${template}`;
      return `${wait}join ${which}; without one, declare "${incidentTitle}"${follows}`;
    }
    case 'join':
      return `join the open incident ${about}; without one, wait until there is one`;
    case 'end':
      return `end the alert, if it fires`;
    case 'acknowledge':
      return `say that ${by ?? 'somebody'} has answered at the sender`;
    case 'page':
      return `nothing: it is a page of ${page}, and no alert`;
    case 'answer':
      return `acknowledge ${page}, if it waits for an answer to this page: as ${by ?? 'the person'}, or as whoever was paged`;
    case 'ignore':
      return `nothing: ${rule ?? 'a rule'} ignores it`;
    case 'unmatched':
      return `wake nobody, and be shown by \`muster alerts unmatched\`: ${because ?? 'nothing takes it'}`;
  }
}
