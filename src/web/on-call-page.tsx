/**
 * Owns the page On call: whether the reader is on call comes first, then who is now and who is
 * next, then the weeks ahead as pictures and as lists, and where calendars are subscribed to.
 */
import type { OnCallPage, ShownSchedule } from '../contracts/on-call-page';
import type { OnCallSlot, ShiftView } from '../contracts/on-call-view';
import { DayTime } from './day-words';
import { Fold } from './fields';
import { OutsideLink, Way } from './links';
import { Mine } from './my-shifts';
import { RotaLegend, RotaPicture } from './rota-picture';
import { ChosenShift } from './shift-forms';
import { ChangeLink, nameOf, Names, ShiftSpan, useMe } from './shift-words';
import { Sentence } from './times';

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
