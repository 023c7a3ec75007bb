/** Owns what On call says first: whether the reader is on call, until when, and when again. */
import type { OnCallPage, ShownSchedule } from '../contracts/on-call-page';
import type { OnCallSlot } from '../contracts/on-call-view';
import { useActing, useRoot } from './around';
import { DayTime } from './day-words';
import { ChangeLink, nameOf, Names, ShiftSpan, useMe } from './shift-words';
import { FromNow } from './times';

interface Shown {
  readonly page: OnCallPage;
}

/** The reader, or the question who reads. */
export function Mine({ page }: Shown) {
  const me = useMe(page);
  const { slots, schedules } = page;
  const isOn = ({ people }: Pick<OnCallSlot, 'people'>) => people.some(({ person }) => person === me);
  const always = slots.filter((slot) => slot.schedule === null && isOn(slot));
  const now = schedules.filter(isOn);
  return (
    <section aria-labelledby="mine" class="mine">
      <h2 id="mine">{me === undefined ? 'Am I on call?' : nameOf(page, me)}</h2>
      {me === undefined && <WhoReads page={page} />}
      {me !== undefined && now.length + always.length === 0 && (
        <p>
          <strong>You are not on call now.</strong>
        </p>
      )}
      {now.map((schedule) => (
        <p key={schedule.id} class="on">
          <strong>You are on call now</strong>: {wordsOf(schedule)}
          {schedule.until !== null && (
            <>
              , until <DayTime of={schedule.until} clock={page} /> (<FromNow of={schedule.until} clock={page} />)
            </>
          )}
          .
          {schedule.next !== null && (
            <>
              {' '}
              Then: <Names people={schedule.next.people} />.
            </>
          )}
        </p>
      ))}
      {always.map(({ slot, service, team }) => (
        <p key={`${slot}/${service}/${team}`} class="on">
          <strong>You are on call always</strong>: {slot} of {service ?? team}, by name.
        </p>
      ))}
      {me !== undefined && <NextShifts page={page} me={me} />}
    </section>
  );
}

const mostNext = 3;

function NextShifts({ page, me }: Shown & { readonly me: string }) {
  const ahead = page.schedules
    .flatMap((schedule) => (schedule.shifts ?? []).map((shift) => ({ schedule, shift })))
    .filter(
      ({ shift: { from, people } }) => from !== null && from > page.at && people.some(({ person }) => person === me),
    )
    .sort((a, b) => (a.shift.from! < b.shift.from! ? -1 : 1))
    .slice(0, mostNext);
  if (ahead.length === 0) return <p class="quiet">No shift of yours begins in the next four weeks.</p>;
  return (
    <>
      <h3>Your next shifts</h3>
      <ul class="rows">
        {ahead.map(({ schedule, shift }) => (
          <li key={`${schedule.id}/${shift.from}`}>
            <span>
              <ShiftSpan shift={shift} page={page} />
              <span class="quiet then">{schedule.name}</span>
            </span>
            <ChangeLink page={page} schedule={schedule} shift={shift} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Works without a script, and without a session. */
function WhoReads({ page }: Shown) {
  const root = useRoot();
  const acting = useActing();
  return (
    <form method="get" action={`${root}on-call`} class="ask">
      <label>
        You are
        <select name="person" onChange={({ currentTarget }) => acting?.setMe(currentTarget.value)}>
          <option value="">Choose ...</option>
          {(page.everybody ?? page.people ?? []).map(({ person, name }) => (
            <option key={person} value={person}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">Show my shifts</button>
    </form>
  );
}

function wordsOf({ name, slots }: ShownSchedule): string {
  return slots.length === 0 ? name : slots.join(', ');
}
