/**
 * Owns the page On call: gathers what the routes of on-call answer to the same reader, and which of
 * it the reader may change. How the page looks is in src/web.
 */
import { dayStart, weekStart } from '../../contracts/clock-time';
import type { OnCallPage, ShownSchedule } from '../../contracts/on-call-page';
import { dayMs, iso, slots, unknownName, type Instant } from '../../domain';
import { given } from '../../given';
import type { Answer, Call, Route, Shared } from '../http/route';
import { choicesOf } from '../present/choices';
import { pageAnswer } from '../present/html-page';
import { longestReachMs, shownRota, shownSchedules, shownSlots, type OnCallKnown } from '../present/on-call-shown';
import { pageBase, textIn } from '../present/page-base';
import { onCallKnown } from './on-call';
import { mayOverride } from './overrides';

/** From the Monday of this week: the next four weeks, whatever day it is. */
const shownDays = 35;
/** So many pictures are quick to read and below 100 KB; of more, those that the reader asks for. */
const mostPictures = 6;
/** Of the same days in a zone half a day away, which the reader may choose. */
const marginMs = dayMs;

export function onCallPageRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/on-call',
      name: 'show-on-call',
      needs: 'viewer',
      about:
        'the page of on call: whether the reader is on call, who else is, the weeks ahead, and shifts to take or give',
      anyQuery: true,
      openedByLinks: true,
      forReaders: true,
      asksWho: true,
      success: {
        status: 200,
        about: 'a page, or its model for the script of the page',
        types: ['text/html', 'application/json'],
      },
      handle: (call) => showOnCall(shared, call),
    },
  ];
}

async function showOnCall(shared: Shared, call: Call): Promise<Answer> {
  const now = shared.clock();
  const { zone } = shared.config.calendar;
  const monday = weekStart(zone, now);
  const [from, to] = [monday - marginMs, dayStart(zone, monday, shownDays) + marginMs];
  const known = await onCallKnown(shared, to + longestReachMs);
  const { people } = known.directory;
  const base = pageBase(shared, call);
  const said = textIn(call, 'person');
  const me = base.reader ?? (Object.hasOwn(people, said) ? { person: said, name: people[said]!.name } : null);
  const { chosen, refused } = chosenIn(call, known, from);
  const page: OnCallPage = {
    ...base,
    page: 'on-call',
    from: iso(from),
    to: iso(to),
    me,
    slots: shownSlots(known, now),
    schedules: schedulesFor(shared, call, known, { now, from, to, me: me?.person ?? null }),
    everybody: choicesOf(known.directory).people,
    chosen,
    ...given({ refused }),
    origin: shared.signIn.publicUrl,
    feedsNeedToken: shared.access.authentication,
  };
  return pageAnswer(page, refused === undefined ? 200 : 404);
}

interface Span {
  readonly now: Instant;
  readonly from: Instant;
  readonly to: Instant;
  readonly me: string | null;
}

function schedulesFor(shared: Shared, call: Call, known: OnCallKnown, { now, from, to, me }: Span): ShownSchedule[] {
  const all = shownSchedules(known, now);
  const asked = textIn(call, 'schedule');
  const isOwn = ({ participants }: (typeof all)[number]) => participants.some(({ person }) => person === me);
  const drawn = new Set(
    [...all]
      .sort((a, b) => Number(b.id === asked) - Number(a.id === asked) || Number(isOwn(b)) - Number(isOwn(a)))
      .slice(0, mostPictures)
      .map(({ id }) => id),
  );
  const whyNot = (own: boolean, id: string) => {
    const verdict = mayOverride(shared, call.principal, own, id);
    return verdict.ok ? null : verdict.message;
  };
  return all.map((schedule) => ({
    ...schedule,
    slots: slotsOf(schedule.id, known),
    shifts: drawn.has(schedule.id) ? shownRota(known, known.schedules[schedule.id]!, from, to).shifts : null,
    take: whyNot(true, schedule.id),
    give: whyNot(false, schedule.id),
  }));
}

/** In which slots of teams and services `schedule` stands. */
function slotsOf(schedule: string, { directory: { teams, services } }: OnCallKnown): string[] {
  const owners = [
    ...Object.entries(teams).map(([name, own]) => ({ name, own })),
    ...Object.entries(services).flatMap(([name, { 'on-call': own }]) => (own ? [{ name, own }] : [])),
  ];
  return owners.flatMap(({ name, own }) =>
    slots.filter((slot) => [own[slot] ?? []].flat().includes(schedule)).map((slot) => `${slot} of ${name}`),
  );
}

function chosenIn(call: Call, known: OnCallKnown, from: Instant): Pick<OnCallPage, 'chosen' | 'refused'> {
  const [schedule, at] = [textIn(call, 'schedule'), textIn(call, 'at')];
  if (schedule === '') return { chosen: null };
  if (!Object.hasOwn(known.schedules, schedule))
    return { chosen: null, refused: unknownName('schedule', schedule, Object.keys(known.schedules)) };
  if (at === '') return { chosen: null };
  const instant = Date.parse(at);
  // An address that somebody kept may be of a week that is over.
  if (!(instant >= from)) return { chosen: null, refused: 'the shift of this address is over; choose another one' };
  return { chosen: { schedule, at: iso(instant) } };
}
