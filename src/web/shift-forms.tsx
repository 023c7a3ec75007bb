/**
 * Owns how a shift is changed: somebody takes it, gives it or a part of it, or takes back that
 * somebody stands in. Each is an order about overrides of the API.
 */
import type { OnCallPage, ShownSchedule } from '../contracts/on-call-page';
import type { OverrideRow, ShiftView } from '../contracts/on-call-view';
import { given } from '../given';
import { ActionForm } from './action-form';
import { useActing } from './around';
import { ClockField, clockFieldText } from './clock-field';
import { DayTime } from './day-words';
import { namesOf } from './deadlines';
import { Choice, Fold, Line, textOf } from './fields';
import { Way } from './links';

const hourMs = 3_600_000;

interface Shown {
  readonly page: OnCallPage;
  readonly schedule: ShownSchedule;
  readonly shift: ShiftView;
}

/** The shift that the reader chose, and what they may do with it. */
export function ChosenShift({ page, schedule, shift }: Shown) {
  const acting = useActing();
  const { take, give } = schedule;
  const me = page.reader?.person ?? acting?.me;
  const isOwn = shift.people.some(({ person }) => person === me);
  const isOver = shift.to !== null && Date.parse(shift.to) <= Date.parse(page.at);
  return (
    <section id="shift" class="chosen" aria-labelledby="chosen">
      <h2 id="chosen">Change a shift</h2>
      <p>
        <strong>{schedule.name}</strong>: <ShiftWords shift={shift} page={page} />
      </p>
      {isOver && <p>It is over, and stays as it was.</p>}
      {!isOver && take !== null && <p class="refused">You cannot take it: {take}.</p>}
      {!isOver && take === null && acting === null && <p>A shift is changed by a script, which does not run here.</p>}
      {!isOver && acting !== null && (
        <>
          {take === null && !isOwn && <Take page={page} schedule={schedule} shift={shift} />}
          {give === null ? (
            <>
              <Give page={page} schedule={schedule} shift={shift} open={isOwn} />
              <Split page={page} schedule={schedule} shift={shift} />
            </>
          ) : (
            take === null && <p class="quiet">You cannot give it to somebody else: {give}.</p>
          )}
          {take === null && shift.override !== null && <TakeBack page={page} override={shift.override} />}
        </>
      )}
      <p>
        <Way to="on-call">Leave it as it is</Way>
      </p>
    </section>
  );
}

function ShiftWords({ shift, page }: Omit<Shown, 'schedule'>) {
  const { people, from, to } = shift;
  return (
    <>
      {people.length === 0 ? <span class="missed">nobody</span> : namesOf(people)}
      {from !== null && (
        <>
          , from <DayTime of={from} clock={page} />
        </>
      )}
      {to !== null && (
        <>
          {' '}
          until <DayTime of={to} clock={page} />
        </>
      )}
    </>
  );
}

// --- The forms -----------------------------------------------------------------------------------

const path = 'v1/on-call/overrides';
const done = (body: unknown) => {
  const { name, schedule, id } = body as OverrideRow;
  return `${name} stands in on ${schedule} (${id}).`;
};

function Take({ page, schedule, shift }: Shown) {
  const acting = useActing();
  const me = page.reader?.person ?? acting?.me;
  return (
    <Fold words="Take it yourself" open>
      <ActionForm
        page={page}
        words="Take the shift"
        look="primary"
        done={done}
        request={(fields) => ({
          path,
          body: { schedule: schedule.id, person: me, ...spanIn(fields, page, shift), ...reasonIn(fields) },
        })}
      >
        <Span page={page} shift={shift} />
        <Why />
      </ActionForm>
    </Fold>
  );
}

function Give({ page, schedule, shift, open }: Shown & { readonly open: boolean }) {
  return (
    <Fold words="Give it to somebody" open={open}>
      <ActionForm
        page={page}
        words="Give the shift"
        look="primary"
        done={done}
        request={(fields) => ({
          path,
          body: {
            schedule: schedule.id,
            person: textOf(fields, 'person'),
            ...spanIn(fields, page, shift),
            ...reasonIn(fields),
          },
        })}
      >
        <Who page={page} schedule={schedule} shift={shift} />
        <Span page={page} shift={shift} />
        <Why />
      </ActionForm>
    </Fold>
  );
}

const parts = [
  { value: 'second', words: 'from then on' },
  { value: 'first', words: 'until then' },
];

function Split({ page, schedule, shift }: Shown) {
  const { from, to } = endsOf(page, shift);
  const middle = Math.round((Math.max(from, Date.parse(page.at)) + to) / 2 / hourMs) * hourMs;
  return (
    <Fold words="Split it between two">
      <ActionForm
        page={page}
        words="Split the shift"
        look="primary"
        done={done}
        request={(fields) => {
          const at = textOf(fields, 'at');
          const span =
            textOf(fields, 'part') === 'first'
              ? { ...beginsAt(page, shift), to: at }
              : { from: at, to: endOf(page, shift) };
          return {
            path,
            body: { schedule: schedule.id, person: textOf(fields, 'person'), ...span, ...reasonIn(fields) },
          };
        }}
      >
        <ClockField name="at" label="At" required value={clockFieldText(page.zone, middle)} hint={zoneHint(page)} />
        <Who page={page} schedule={schedule} shift={shift} />
        <Choice name="part" label="is on call" required value="second" options={parts} />
        <Why />
      </ActionForm>
    </Fold>
  );
}

function TakeBack({ page, override }: Pick<Shown, 'page'> & { readonly override: NonNullable<ShiftView['override']> }) {
  const { id, replaces } = override;
  return (
    <Fold words="Take back that somebody stands in">
      <ActionForm
        page={page}
        words={`Remove ${id}`}
        done={() => `${id} counts no more.`}
        request={() => ({ path: `${path}/${id}/remove`, body: {} })}
      >
        <p>Then {namesOf(replaces)} would be on call again.</p>
      </ActionForm>
    </Fold>
  );
}

// --- Their fields --------------------------------------------------------------------------------

const zoneHint = ({ zone }: OnCallPage) => `on the clock of ${zone}`;

function Span({ page, shift }: Omit<Shown, 'schedule'>) {
  const { from, to } = endsOf(page, shift);
  const hasBegun = from <= Date.parse(page.at);
  return (
    <>
      <ClockField
        name="from"
        label="From"
        hint={hasBegun ? 'empty: from now on' : zoneHint(page)}
        {...given({ value: hasBegun ? undefined : clockFieldText(page.zone, from) })}
      />
      <ClockField name="to" label="Until" required hint={zoneHint(page)} value={clockFieldText(page.zone, to)} />
    </>
  );
}

function Who({ page, schedule, shift }: Shown) {
  const isOn = new Set(shift.people.map(({ person }) => person));
  const takesTurns = new Set(schedule.participants.map(({ person }) => person));
  if (page.everybody === null) return <Line name="person" label="Who" required hint="The id of a person." />;
  const others = page.everybody.filter(({ person }) => !isOn.has(person));
  const first = others.filter(({ person }) => takesTurns.has(person));
  const rest = others.filter(({ person }) => !takesTurns.has(person));
  return (
    <label>
      <span>Who</span>
      <select name="person" required>
        <option value="">Choose ...</option>
        {[
          { label: 'Takes turns here', people: first },
          { label: 'Others', people: rest },
        ].map(
          ({ label, people }) =>
            people.length > 0 && (
              <optgroup key={label} label={label}>
                {people.map(({ person, name }) => (
                  <option key={person} value={person}>
                    {name}
                  </option>
                ))}
              </optgroup>
            ),
        )}
      </select>
    </label>
  );
}

function Why() {
  return <Line name="reason" label="Why (may stay empty)" max={120} />;
}

function reasonIn(fields: FormData) {
  return given({ reason: textOf(fields, 'reason') });
}

/** Where the shift lies; its ends are not known beyond some months. */
function endsOf(page: OnCallPage, { from, to }: ShiftView): { readonly from: number; readonly to: number } {
  return { from: Date.parse(from ?? page.from), to: Date.parse(to ?? page.to) };
}

// Absent, it is now; an override does not change the past.
function beginsAt(page: OnCallPage, { from }: ShiftView): { readonly from?: string } {
  return from === null || Date.parse(from) <= Date.parse(page.at) ? {} : { from };
}

function endOf(page: OnCallPage, { to }: ShiftView): string {
  return to ?? page.to;
}

// A time that nobody changed is sent as the instant that it is: a clock may show it twice.
function spanIn(fields: FormData, page: OnCallPage, shift: ShiftView) {
  const [from, to] = [textOf(fields, 'from'), textOf(fields, 'to')];
  const ends = endsOf(page, shift);
  const isSame = (text: string | undefined, at: number) => text === clockFieldText(page.zone, at);
  return {
    ...(from === undefined ? {} : isSame(from, ends.from) ? beginsAt(page, shift) : { from }),
    to: isSame(to, ends.to) ? endOf(page, shift) : to,
  };
}
