/**
 * Owns on-call in words: who is on call, the rota with its hand-offs, and the overrides. A gap is
 * written in capitals. Knows no HTTP.
 */
import type {
  OnCallScheduleView,
  OnCallSlot,
  OnCallView,
  OverrideRow,
  Recipient,
  RotaView,
  ShiftView,
} from '../../contracts/view';
import { duration, zoneName } from '../terminal/format';
import { table, type Layout } from '../terminal/table';
import { cleanLine } from '../terminal/text';
import { headedClock, localText, zonedClock } from '../client/when';

const nobody = 'NOBODY';
/** When a typed time of day lies further ahead than this, the user may have meant another time. */
const farMs = 12 * 3_600_000;

function whoOf(people: readonly Recipient[]): string {
  if (people.length === 0) return nobody;
  return people.map(({ name, person }) => (name === person ? person : `${cleanLine(name)} (${person})`)).join(', ');
}

function namesOf(people: readonly Recipient[]): string {
  return people.map(({ name }) => cleanLine(name)).join(', ') || nobody;
}

interface Row {
  readonly where: string;
  readonly slot: string;
  readonly schedule: string | null;
  readonly now: OnCallSlot | OnCallScheduleView;
}

/**
 * Who is on call: a row for each slot, and for each schedule that no slot names. Times are on the
 * clock on which typed times are read.
 */
export function onCallTable({ zone, slots, schedules }: OnCallView, now: number, layout: Layout): string[] {
  const named = new Set(slots.map(({ schedule }) => schedule));
  const rows: Row[] = [
    ...slots.map((slot) => ({
      where: slot.service === null ? slot.team : `${slot.service} (${slot.team})`,
      slot: slot.slot,
      schedule: slot.schedule,
      now: slot,
    })),
    ...schedules
      .filter(({ id }) => !named.has(id))
      .map((schedule) => ({ where: '-', slot: '-', schedule: schedule.id, now: schedule })),
  ];
  const clock = headedClock(zone, now);
  const time = (instant: string) => clock(Date.parse(instant));
  return table<Row>(
    [
      { title: 'TEAM', cell: ({ where }) => where },
      { title: 'SLOT', cell: ({ slot }) => slot },
      {
        title: 'ON CALL',
        cell: ({ now: { people, override } }) => `${namesOf(people)}${override === null ? '' : ` [${override}]`}`,
        tone: ({ now: { people } }) => (people.length === 0 ? 'bad' : 'plain'),
        gives: 'cut',
      },
      {
        title: `UNTIL (${zoneName(zone, now)})`,
        cell: ({ schedule, now: { until } }) =>
          until === null ? (schedule === null ? 'always' : 'no end') : time(until),
      },
      {
        title: 'THEN',
        cell: ({ now: { next } }) =>
          next === null ? '-' : next.people.map(({ person }) => person).join(', ') || nobody,
        tone: ({ now: { next } }) => (next?.people.length === 0 ? 'warn' : 'plain'),
      },
      {
        title: 'PERSON',
        cell: ({ now: { people } }) => people.map(({ person }) => person).join(', ') || '-',
        wide: true,
      },
      { title: 'SINCE', cell: ({ now: { from } }) => (from === null ? '-' : time(from)), wide: true },
      { title: 'SCHEDULE', cell: ({ schedule }) => schedule ?? '-', wide: true },
    ],
    rows,
    layout,
  );
}

/** The rota on the clock of `zone`. */
export function rotaLines(rota: RotaView, zone: string, now: number, layout: Layout): string[] {
  const time = zonedClock(zone, now);
  // The API leaves out an end that lies months away.
  const from = (shift: ShiftView) => (shift.from === null ? -Infinity : Date.parse(shift.from));
  const to = (shift: ShiftView) => (shift.to === null ? Infinity : Date.parse(shift.to));
  const end = (at: number, open: string) => (Number.isFinite(at) ? time(at) : open);
  const lasts = (ms: number) => (Number.isFinite(ms) ? duration(ms) : '-');
  const isNow = (shift: ShiftView) => from(shift) <= now && now < to(shift);
  const own = rota.zones.every((one) => one === zone) ? '' : `, hand-offs by the clock of ${rota.zones.join(' and ')}`;
  const head = `${layout.style('strong', cleanLine(rota.name))}   ${rota.schedule}   times in ${zone}${own}`;
  if (rota.shifts.length === 0) return [head, '  no shifts'];
  return [
    head,
    ...table<ShiftView>(
      [
        { title: 'FROM', cell: (shift) => end(from(shift), 'long before') },
        { title: 'TO', cell: (shift) => end(to(shift), 'no end in sight') },
        { title: 'LASTS', cell: (shift) => lasts(to(shift) - from(shift)) },
        { title: 'PERSON', cell: ({ people }) => people.map(({ person }) => person).join(', ') || '-', wide: true },
        { title: 'LAYER', cell: ({ layers }) => layers.join(', ') || '-', wide: true },
        { title: 'UTC', cell: (shift) => shift.from ?? '-', wide: true },
        {
          title: 'ON CALL',
          cell: (shift) => `${namesOf(shift.people)}${isNow(shift) ? ' (now)' : ''}${standsIn(shift)}`,
          tone: ({ people }) => (people.length === 0 ? 'bad' : 'plain'),
          gives: 'wrap',
        },
      ],
      rota.shifts,
      layout,
    ),
  ];
}

function standsIn({ people, override }: ShiftView): string {
  if (override === null) return '';
  const others = override.replaces.filter(({ person }) => people.every((one) => one.person !== person));
  const fresh = people.filter(({ person }) => override.replaces.every((one) => one.person !== person));
  // R35: of several people, an override may replace one.
  const who = people.length > 1 ? `, of whom ${namesOf(fresh)}` : '';
  const how =
    others.length > 0
      ? `${who} stands in for ${others.map(({ name }) => cleanLine(name)).join(', ')}`
      : override.replaces.length > 0
        ? ', whose turn it is anyway'
        : ' stands in where nobody was';
  return `${how} [${override.id}]${override.reason === undefined ? '' : `: ${cleanLine(override.reason)}`}`;
}

/** The overrides, on the clock of `zone`. */
export function overrideTable(rows: readonly OverrideRow[], zone: string, now: number, layout: Layout): string[] {
  const clock = zonedClock(zone, now);
  const time = (instant: string) => clock(Date.parse(instant));
  return table<OverrideRow>(
    [
      { title: 'ID', cell: ({ id }) => id },
      { title: 'SCHEDULE', cell: ({ schedule }) => schedule },
      { title: 'WHO', cell: ({ person }) => person },
      { title: 'FROM', cell: ({ from }) => time(from) },
      { title: 'TO', cell: ({ to }) => time(to) },
      {
        title: 'STATUS',
        cell: ({ status }) => status,
        tone: ({ status }) => (status === 'over' ? 'dim' : 'plain'),
        wide: true,
      },
      { title: 'ONLY FOR', cell: ({ replaces }) => replaces ?? '-', wide: true },
      { title: 'BY', cell: ({ by }) => by, wide: true },
      { title: 'REASON', cell: ({ reason }) => reason ?? '-', gives: 'wrap' },
    ],
    rows,
    layout,
  );
}

/** The result of an order in one sentence, on the clock of `zone`. */
export function overrideLines(row: OverrideRow, zone: string, now: number, { style }: Layout): string[] {
  const clock = zonedClock(zone, now);
  const [from, to] = [Date.parse(row.from), Date.parse(row.to)];
  const who = whoOf([row]);
  const what =
    row.status === 'over'
      ? `${who} no longer stands in on ${row.schedule}`
      : `${who} ${row.status === 'now' ? 'is on call' : 'stands in'} on ${row.schedule} from ${clock(from)} to ${clock(to)}`;
  return [
    `${style('strong', row.id)}   ${what}${row.replaces === undefined ? '' : `, where ${row.replaces} would be`}`,
  ];
}

/**
 * A remark on an end that was typed as a time of day and lies far ahead, because that time of day
 * has passed already. It warns a user who meant today, or the clock of another zone. Undefined when
 * the end is not far ahead.
 */
export function farEnd(row: OverrideRow, typed: string, zone: string, now: number): string | undefined {
  const [from, to] = [Math.max(Date.parse(row.from), now), Date.parse(row.to)];
  const dayOf = (at: number) => localText(at, zone).slice(0, 10);
  if (to - from <= farMs || dayOf(to) === dayOf(from)) return undefined;
  if (row.status !== 'now')
    return `${typed} is past when it begins: until ${zonedClock(zone, now)(to)}, ${duration(to - from)} in all`;
  const today = `it is ${localText(now, zone).slice(11)} ${zoneName(zone, now)}`;
  return `${typed} is past today (${today}): until tomorrow ${localText(to, zone).slice(11)} ${zoneName(zone, to)}, ${duration(to - now)} from now`;
}
