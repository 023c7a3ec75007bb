/**
 * Owns the page On call: whether the reader is on call comes first, then who is now and who is
 * next, then the weeks ahead as pictures and as lists, and where calendars are subscribed to.
 */
import type { OnCallPage, ShownSchedule } from '../contracts/on-call-page';
import type { OnCallSlot, ShiftView } from '../contracts/on-call-view';
import { useActing, useRoot } from './around';
import { DayTime } from './day-words';
import { namesOf } from './deadlines';
import { Fold } from './fields';
import { OutsideLink, Way } from './links';
import { RotaLegend, RotaPicture } from './rota-picture';
import { ChosenShift } from './shift-forms';
import { FromNow, Sentence } from './times';

export function OnCall({ page }: Shown) {
  const { refused } = page;
  return (
    <>
      <h1>On call</h1>
      {refused !== undefined && (
        <p class="refused" role="alert">
          <Sentence text={refused} clock={page} />.
        </p>
      )}
      <Chosen page={page} />
      <Mine page={page} />
      <Present page={page} />
      <Ahead page={page} />
      <Calendars page={page} />
    </>
  );
}

interface Shown {
  readonly page: OnCallPage;
}

/** Who reads: as the session or the address says, else as this browser knows. */
function useMe({ me }: OnCallPage): string | undefined {
  const acting = useActing();
  return me?.person ?? acting?.me;
}

function Chosen({ page }: Shown) {
  const { chosen, schedules } = page;
  const schedule = schedules.find(({ id }) => id === chosen?.schedule);
  if (chosen === null || schedule?.shifts == null) return null;
  const shift = schedule.shifts.find((one) => isWithin(one, Date.parse(chosen.at)));
  if (shift === undefined) return <p class="refused">That shift lies outside the weeks of this page.</p>;
  return <ChosenShift key={`${schedule.id}/${chosen.at}`} page={page} schedule={schedule} shift={shift} />;
}

function isWithin({ from, to }: ShiftView, at: number): boolean {
  return (from === null || Date.parse(from) <= at) && (to === null || at < Date.parse(to));
}

// --- The reader ----------------------------------------------------------------------------------

function Mine({ page }: Shown) {
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

function nameOf({ everybody, people, me }: OnCallPage, id: string): string {
  return [me, ...(everybody ?? []), ...(people ?? [])].find((one) => one?.person === id)?.name ?? id;
}

function wordsOf({ name, slots }: ShownSchedule): string {
  return slots.length === 0 ? name : slots.join(', ');
}

// --- Now -----------------------------------------------------------------------------------------

function Present({ page }: Shown) {
  const owners = [...new Set(page.slots.map(ownerOf))];
  const alone = page.schedules.filter(({ slots }) => slots.length === 0);
  return (
    <section aria-labelledby="now">
      <h2 id="now">Now</h2>
      {owners.length + alone.length === 0 && <p>No team has anybody on call.</p>}
      <div class="cards">
        {owners.map((owner) => (
          <article key={owner}>
            <h3>{owner}</h3>
            <dl>
              {page.slots
                .filter((slot) => ownerOf(slot) === owner)
                .map((slot) => (
                  <div key={`${slot.slot}/${slot.schedule ?? slot.people[0]?.person}`}>
                    <dt>{slot.slot.replaceAll('-', ' ')}</dt>
                    <dd>
                      <Stretch stretch={slot} page={page} />
                    </dd>
                  </div>
                ))}
            </dl>
          </article>
        ))}
        {alone.map((schedule) => (
          <article key={schedule.id}>
            <h3>{schedule.name}</h3>
            <Stretch stretch={schedule} page={page} />
          </article>
        ))}
      </div>
    </section>
  );
}

function ownerOf({ service, team }: OnCallSlot): string {
  return service === null ? `Team ${team}` : `Service ${service}`;
}

function Stretch({
  stretch,
  page,
}: Shown & { readonly stretch: Pick<OnCallSlot, 'people' | 'until' | 'next' | 'override'> }) {
  const { people, until, next, override } = stretch;
  return (
    <>
      <strong>
        <Names people={people} />
      </strong>
      {override !== null && <span class="tag">stands in</span>}
      <span class="quiet then">
        {until === null ? (
          'always'
        ) : (
          <>
            until <DayTime of={until} clock={page} />
          </>
        )}
        {next !== null && (
          <>
            , then <Names people={next.people} />
          </>
        )}
      </span>
    </>
  );
}

function Names({ people }: Pick<ShiftView, 'people'>) {
  return people.length === 0 ? <span class="missed">nobody</span> : <>{namesOf(people)}</>;
}

// --- The weeks ahead -----------------------------------------------------------------------------

function Ahead({ page }: Shown) {
  if (page.schedules.length === 0) return null;
  const drawn = page.schedules.filter(({ shifts }) => shifts !== null);
  const others = page.schedules.filter(({ shifts }) => shifts === null);
  return (
    <section aria-labelledby="ahead">
      <h2 id="ahead">The next four weeks</h2>
      <RotaLegend />
      {drawn.map((schedule) => (
        <Rota key={schedule.id} page={page} schedule={schedule} shifts={schedule.shifts!} />
      ))}
      {others.length > 0 && (
        <>
          <h3>Other schedules</h3>
          <ul>
            {others.map(({ id, name }) => (
              <li key={id}>
                <Way to={`on-call?schedule=${encodeURIComponent(id)}`}>{name}</Way>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface OneRota extends Shown {
  readonly schedule: ShownSchedule;
  readonly shifts: readonly ShiftView[];
}

function Rota({ page, schedule, shifts }: OneRota) {
  const me = useMe(page);
  const ahead = shifts.filter(({ to }) => to === null || to > page.at);
  const gaps = ahead.filter(({ people }) => people.length === 0);
  return (
    <article class="schedule">
      <h3>{schedule.name}</h3>
      <p class="quiet">{schedule.slots.length === 0 ? 'in no slot of a team or service' : schedule.slots.join(', ')}</p>
      {gaps.length > 0 && (
        <p class="missed">
          {gaps.length === 1 ? 'A gap' : `${gaps.length} gaps`}: nobody is on call{' '}
          <ShiftSpan shift={gaps[0]!} page={page} />
          {gaps.length > 1 && ' and later'}.
        </p>
      )}
      <RotaPicture page={page} schedule={schedule} shifts={shifts} me={me} />
      <Fold words={`${ahead.length} ${ahead.length === 1 ? 'shift' : 'shifts'} as a list`}>
        <ul class="shifts">
          {ahead.map((shift) => (
            <li key={shift.from}>
              <span>
                <strong>
                  <Names people={shift.people} />
                </strong>
                {shift.override !== null && (
                  <>
                    {' '}
                    <span class="tag">stands in</span> for <Names people={shift.override.replaces} />
                    {shift.override.reason !== undefined && `: ${shift.override.reason}`}
                  </>
                )}
                <br />
                <ShiftSpan shift={shift} page={page} />
                {schedule.layer !== null && shift.layers.length > 0 && (
                  <span class="quiet"> · {shift.layers.join(', ')}</span>
                )}
              </span>
              <ChangeLink page={page} schedule={schedule} shift={shift} />
            </li>
          ))}
        </ul>
      </Fold>
    </article>
  );
}

function ShiftSpan({ shift: { from, to }, page }: Shown & { readonly shift: ShiftView }) {
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
function ChangeLink({
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

// --- Calendars -----------------------------------------------------------------------------------

function Calendars({ page }: Shown) {
  const { origin, schedules, feedsNeedToken } = page;
  const me = useMe(page);
  const feeds = [
    ...(me === undefined
      ? []
      : [{ words: `The shifts of ${nameOf(page, me)}`, path: `people/${encodeURIComponent(me)}` }]),
    ...schedules.map(({ id, name }) => ({ words: name, path: `schedules/${encodeURIComponent(id)}` })),
  ];
  if (feeds.length === 0) return null;
  return (
    <section aria-labelledby="feeds">
      <h2 id="feeds">Calendars to subscribe to</h2>
      <p>
        Give one of these addresses to your calendar: it shows two weeks back and three months ahead, and follows each
        change.
      </p>
      {feedsNeedToken && (
        <p>
          Here a calendar has to send a token (<code>Authorization: Bearer</code>) that may read; one that cannot send
          it gets no answer.
        </p>
      )}
      <ul class="feeds">
        {feeds.map(({ words, path }) => (
          <li key={path}>
            {words}
            <br />
            <OutsideLink to={`${origin}/v1/on-call/${path}/calendar.ics`} />
          </li>
        ))}
      </ul>
    </section>
  );
}
