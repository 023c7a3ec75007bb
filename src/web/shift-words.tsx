/** Owns what every list of shifts says of one: who, from when to when, and the way to change it. */
import type { OnCallPage, ShownSchedule } from '../contracts/on-call-page';
import type { ShiftView } from '../contracts/on-call-view';
import { useActing, useRoot } from './around';
import { DayTime } from './day-words';
import { namesOf } from './deadlines';

interface Shown {
  readonly page: OnCallPage;
}

/** Who reads: as the session or the address says, else as this browser knows. */
export function useMe({ me }: OnCallPage): string | undefined {
  const acting = useActing();
  return me?.person ?? acting?.me;
}

/** The name of `id`, as far as the page knows it. */
export function nameOf({ everybody, people, me }: OnCallPage, id: string): string {
  return [me, ...(everybody ?? []), ...(people ?? [])].find((one) => one?.person === id)?.name ?? id;
}

/** Who is on call; that nobody is stands out. */
export function Names({ people }: Pick<ShiftView, 'people'>) {
  return people.length === 0 ? <span class="missed">nobody</span> : <>{namesOf(people)}</>;
}

/** From when to when. */
export function ShiftSpan({ shift: { from, to }, page }: Shown & { readonly shift: ShiftView }) {
  return (
    <>
      {from === null ? 'since long ago' : <DayTime of={from} clock={page} />}
      {to === null ? (
        ', with no end in sight'
      ) : (
        <>
          {' '}
          to <DayTime of={to} clock={page} />
        </>
      )}
    </>
  );
}

/** The way to the form for this shift, for who may use it. */
export function ChangeLink({
  page,
  schedule,
  shift,
}: Shown & { readonly schedule: ShownSchedule; readonly shift: ShiftView }) {
  const root = useRoot();
  if (schedule.take !== null) return null;
  const at = shift.from === null || shift.from < page.at ? page.at : shift.from;
  // Where nobody signs in, the address goes on saying who reads.
  const reads = page.reader === null && page.me !== null ? { person: page.me.person } : {};
  const who = shift.people.length === 0 ? 'the gap' : `the shift of ${namesOf(shift.people)}`;
  return (
    <a
      class="change"
      href={`${root}on-call?${new URLSearchParams({ schedule: schedule.id, at, ...reads }).toString()}#shift`}
      aria-label={`Change ${who} on ${schedule.name}`}
    >
      Change
    </a>
  );
}
