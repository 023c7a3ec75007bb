/**
 * Owns what of freezes.yaml cannot work: a freeze that does not say when, or says it twice; an end
 * before the beginning; a name that nothing has. Each error says which form fits.
 */
import { unknownName } from '../../domain';
import { calendarNamed, unknownCalendar } from '../compile/calendar';
import { timesOf } from '../compile/freezes';
import { checkTime } from '../compile/on-call';
import { isKnownZone, unknownZone } from '../compile/zone';
import type { CalendarFile } from '../files/calendar-shapes';
import { recurring, type FreezeFile, type FreezesFile } from '../files/freeze-shapes';
import type { ConfigError, Located } from '../files/yaml-file';

/** The names that freezes.yaml may use; undefined where a file is wrong, so nothing is checked. */
export interface AroundFreezes {
  readonly services?: readonly string[];
  /** The templates of releases. */
  readonly templates?: readonly string[];
  /** The roles that somebody has. */
  readonly roles?: readonly string[];
  readonly calendar?: CalendarFile;
}
type Complain = (keys: readonly PropertyKey[], message: string) => ConfigError;

/** The faults of freezes.yaml. */
export function checkFreezes(file: Located<FreezesFile>, around: AroundFreezes): ConfigError[] {
  return Object.entries(file.value.freezes).flatMap(([id, freeze]) => {
    const at: Complain = (keys, message) => file.at(['freezes', id, ...keys], message);
    const when = file.isSure(['freezes', id]) ? checkWhen(freeze, at) : undefined;
    return [
      ...(when?.length === 0 ? checkTimes(freeze, around.calendar, at) : (when ?? [])),
      ...checkClock(freeze, around.calendar, at),
      ...checkNames(freeze, around, at),
    ];
  });
}

const forms = 'from and to, daily, weekly, yearly, working-days or holidays';

function checkWhen(freeze: FreezeFile, at: Complain): ConfigError[] {
  const { from, to } = freeze;
  const said = [
    ...(from === undefined && to === undefined ? [] : ['from and to']),
    ...recurring.filter((key) => freeze[key] !== undefined),
  ];
  if (said.length === 0) return [at([], `it does not say when: write ${forms}`)];
  if (said.length > 1)
    return [at([], `it says ${said.join(' and ')}; a freeze has one of ${forms}: write two freezes`)];
  if (from === undefined && to !== undefined) return [at(['to'], 'when does it begin? write from as well')];
  if (to === undefined && from !== undefined) return [at(['from'], 'when does it end? write to as well')];
  const working = freeze['working-days'];
  if (working && (working.first === undefined) === (working.last === undefined))
    return [at(['working-days'], 'expected either first or last, such as { last: 3, of: quarter }')];
  return [];
}

function checkTimes(freeze: FreezeFile, calendar: CalendarFile | undefined, at: Complain): ConfigError[] {
  const times = timesOf(freeze);
  switch (times.kind) {
    case 'once':
      return times.from >= times.to
        ? [at(['to'], `a freeze ends after it began; it begins at ${freeze.from}`)]
        : checkOnce(freeze, times, calendar, at);
    case 'daily':
      return freeze.daily?.from === '24:00'
        ? [at(['daily', 'from'], 'expected a time of day such as "00:00", at which a day begins')]
        : [];
    case 'weekly':
      return times.from === times.to
        ? [at(['weekly', 'to'], `that is the whole week; expected another time than ${freeze.weekly?.from}`)]
        : [];
    case 'yearly':
      return freeze.yearly?.from === freeze.yearly?.to && freeze.yearly?.to.includes('T')
        ? [at(['yearly', 'to'], `that is the whole year; expected another time than ${freeze.yearly?.from}`)]
        : [];
    case 'working-days':
    case 'holidays':
      return [];
  }
}

// A written time must occur exactly once, as in on-call.yaml. Midnights of dates alone may be
// skipped or repeated: the day is meant.
function checkOnce(
  freeze: FreezeFile,
  times: { readonly from: number; readonly to: number },
  calendar: CalendarFile | undefined,
  at: Complain,
): ConfigError[] {
  const zone = zoneOf(freeze, calendar);
  if (zone === undefined || !isKnownZone(zone)) return [];
  return (['from', 'to'] as const).flatMap((key) =>
    freeze[key]?.includes('T') ? checkTime(at, [key], zone, times[key]) : [],
  );
}

function zoneOf({ zone, calendar: name }: FreezeFile, calendar: CalendarFile | undefined): string | undefined {
  return zone ?? (calendar && calendarNamed(calendar, name).zone);
}

function checkClock(
  { zone, calendar: name }: FreezeFile,
  calendar: CalendarFile | undefined,
  at: Complain,
): ConfigError[] {
  const calendars = calendar && Object.keys(calendar.calendars);
  return [
    ...(zone === undefined || isKnownZone(zone) ? [] : [at(['zone'], unknownZone(zone))]),
    ...(name === undefined || calendars === undefined || calendars.includes(name)
      ? []
      : [at(['calendar'], unknownCalendar(name, calendars))]),
  ];
}

function checkNames(freeze: FreezeFile, { services, templates, roles }: AroundFreezes, at: Complain): ConfigError[] {
  const { 'exempt-templates': exempt } = freeze;
  const unknown = (
    keys: readonly PropertyKey[],
    what: string,
    names: readonly string[] | undefined,
    known: readonly string[] | undefined,
    why = '',
  ) =>
    (names ?? []).flatMap((name, index) =>
      known === undefined || known.includes(name)
        ? []
        : [at([...keys, index], `${unknownName(what, name, known)}${why}`)],
    );
  const useless = exempt.flatMap((name, index) =>
    freeze.templates === undefined || freeze.templates.includes(name)
      ? []
      : [at(['exempt-templates', index], `the freeze holds no release by ${name}: it is not among templates`)],
  );
  return [
    ...unknown(['services'], 'service', freeze.services, services),
    ...unknown(['templates'], 'template', freeze.templates, templates, ' (templates of releases)'),
    ...unknown(['exempt-templates'], 'template', exempt, templates, ' (templates of releases)'),
    ...useless,
    ...unknown(['allow', 'roles'], 'role', freeze.allow?.roles, roles, ' (nobody in people.yaml has it)'),
  ];
}
