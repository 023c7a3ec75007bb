/**
 * Owns the picture of a schedule: a row for each week, a bar for each shift. All x are in percent
 * of the width and all y in pixels: it fits a phone, and its words stay as big as they are.
 */
import type { ComponentChildren } from 'preact';
import { dayStart, weekStart } from '../contracts/clock-time';
import type { OnCallPage, ShownSchedule } from '../contracts/on-call-page';
import type { ShiftView } from '../contracts/on-call-view';
import { dayIn, useZone } from './day-words';

/** This week and the next four: the four weeks ahead, whatever day it is. */
const weeksShown = 5;
const [rowHeight, barTop, barHeight] = [64, 20, 34];
const headHeight = 18;
/** Below the bars of this week, for the word at the line of now. */
const nowHeight = 14;
const [hourMs, minutesInWeek] = [3_600_000, 7 * 24 * 60];
/** How many looks there are for people, so that neighbours differ. */
const tones = 3;

interface Shown {
  readonly page: OnCallPage;
  readonly schedule: ShownSchedule;
  readonly shifts: readonly ShiftView[];
  /** Whose shifts stand out. */
  readonly me: string | undefined;
}

export function RotaPicture({ page, schedule, shifts, me }: Shown) {
  const zone = useZone(page);
  const monday = weekStart(zone, Date.parse(page.at));
  const weeks = Array.from({ length: weeksShown }, (_, week) => dayStart(zone, monday, 7 * week));
  const hatch = `hatch-${schedule.id}`;
  return (
    <svg
      class="picture rota"
      role="img"
      width="100%"
      height={headHeight + weeksShown * rowHeight + nowHeight}
      aria-labelledby={`rota-${schedule.id}`}
    >
      <title id={`rota-${schedule.id}`}>{titleOf(schedule, shifts)}</title>
      <Hatch id={hatch} />
      {['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].map((name, day) => (
        <text key={name} class="small" x={percent(day / 7)} dx="4" y={headHeight - 6}>
          {name}
        </text>
      ))}
      {weeks.map((from, index) => (
        <Week
          key={from}
          week={{
            from,
            to: dayStart(zone, monday, 7 * (index + 1)),
            top: headHeight + index * rowHeight + (index > 0 ? nowHeight : 0),
          }}
          look={{ zone, now: Date.parse(page.at), schedule, me, hatch }}
          shifts={shifts}
        />
      ))}
    </svg>
  );
}

function titleOf({ name }: ShownSchedule, shifts: readonly ShiftView[]): string {
  const gaps = shifts.filter(({ people }) => people.length === 0).length;
  const without =
    gaps === 0 ? 'Somebody is on call all the time.' : `${gaps} ${gaps === 1 ? 'gap' : 'gaps'}: nobody is on call.`;
  return `The shifts of ${name} week by week, from this week on. ${without} The list below says the same.`;
}

interface Row {
  readonly from: number;
  readonly to: number;
  readonly top: number;
}
interface Look {
  readonly zone: string;
  readonly now: number;
  readonly schedule: ShownSchedule;
  readonly me: string | undefined;
  /** The id of the pattern of gaps. */
  readonly hatch: string;
}

function Week({ week, look, shifts }: { readonly week: Row; readonly look: Look; readonly shifts: Shown['shifts'] }) {
  const { from, to, top } = week;
  const at = (instant: number) => percent((Math.min(Math.max(instant, from), to) - from) / (to - from));
  const days = Array.from({ length: 7 }, (_, day) => dayStart(look.zone, from, day));
  const isNow = from <= look.now && look.now < to;
  return (
    <>
      {days.map((day, index) => {
        const { number, month } = dayIn(look.zone, day);
        const isMarked = index === 0 || number === 1;
        return (
          <g key={day}>
            <line class={index === 0 ? 'week' : 'day'} x1={at(day)} x2={at(day)} y1={top} y2={top + rowHeight - 6} />
            <text class={isMarked ? 'small strong' : 'small'} x={at(day)} dx="4" y={top + 13}>
              {number}
              {isMarked && ` ${month}`}
            </text>
          </g>
        );
      })}
      {shifts.flatMap((shift) =>
        partsOf(shift, week, look.now).map(({ begins, ends, isPast }) => (
          <svg
            key={begins}
            class={isPast ? 'past' : undefined}
            x={at(begins)}
            width={percent((ends - begins) / (to - from))}
            y={top + barTop}
            height={barHeight}
          >
            <Bar shift={shift} look={look} hours={(ends - begins) / hourMs} />
          </svg>
        )),
      )}
      {isNow && (
        <>
          <line class="now" x1={at(look.now)} x2={at(look.now)} y1={top + 2} y2={top + rowHeight - 4} />
          <NowWord isLate={(look.now - from) / (to - from) > 0.85} x={at(look.now)} y={top + rowHeight + 8} />
        </>
      )}
    </>
  );
}

interface Part {
  readonly begins: number;
  readonly ends: number;
  readonly isPast: boolean;
}

/** What of a shift lies in a week: what is over by itself, so that the rest has its name. */
function partsOf({ from, to }: ShiftView, week: Row, now: number): Part[] {
  const begins = Math.max(from === null ? -Infinity : Date.parse(from), week.from);
  const ends = Math.min(to === null ? Infinity : Date.parse(to), week.to);
  const split = Math.min(Math.max(now, begins), ends);
  return [
    { begins, ends: split, isPast: true },
    { begins: split, ends, isPast: false },
  ].filter((part) => part.begins < part.ends);
}

function NowWord({ isLate, x, y }: { readonly isLate: boolean; readonly x: string; readonly y: number }) {
  return (
    <text class="small strong" x={x} y={y} text-anchor={isLate ? 'end' : 'start'}>
      now
    </text>
  );
}

/** One shift, or the part of it in a week. `hours`: how much of the row it has. */
function Bar({ shift, look, hours }: { readonly shift: ShiftView; readonly look: Look; readonly hours: number }) {
  const { people, override } = shift;
  if (people.length === 0)
    return (
      <>
        <rect class="bar gap" fill={`url(#${look.hatch})`} width="100%" height="100%" />
        <Label classes="gap" short={hours < 20 ? '!' : 'nobody'} long="nobody" />
      </>
    );
  const { participants } = look.schedule;
  const tone = participants.findIndex(({ person }) => person === people[0]!.person) % tones;
  const isMine = people.some(({ person }) => person === look.me);
  const mark = override === null ? '' : '⇄ ';
  const names = people.map(({ name }) => name);
  const initials = names.map(initialsOf).join('+');
  const firsts = names.map((name) => name.split(' ', 1)[0]).join(' + ');
  return (
    <>
      <rect
        class={`bar tone-${Math.max(0, tone)}${isMine ? ' mine' : ''}${override === null ? '' : ' stands-in'}`}
        width="100%"
        height="100%"
      />
      <Label
        classes={isMine ? 'mine' : ''}
        short={mark + (hours < 72 ? initials : names.join(' + '))}
        long={mark + (hours < 14 ? initials : hours < 40 ? firsts : names.join(' + '))}
      />
    </>
  );
}

/** The words on a bar: those for a narrow screen, and those for a wide one. */
function Label({ classes, short, long }: { readonly classes: string; readonly short: string; readonly long: string }) {
  const word = (width: string, text: string): ComponentChildren => (
    <text class={`${width} ${classes}`} x={text.length > 2 ? 5 : 2} y={barHeight / 2 + 5}>
      {text}
    </text>
  );
  return short === long ? (
    word('label', short)
  ) : (
    <>
      {word('label narrow', short)}
      {word('label broad', long)}
    </>
  );
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.charAt(0) ?? '').join('');
}

// To a minute of the week, so that the model makes the same picture in every browser.
function percent(part: number): string {
  return `${(Math.round(part * minutesInWeek) / minutesInWeek) * 100}%`.replace(/(\.\d{3})\d*/, '$1');
}

/** The lines of a gap, which are seen without colours too. */
export function Hatch({ id }: { readonly id: string }) {
  return (
    <pattern id={id} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <line class="hatch" x1="0" y1="0" x2="0" y2="8" />
    </pattern>
  );
}

/** What the marks of the pictures mean, in words. */
export function RotaLegend() {
  const swatch = (classes: string, words: string) => (
    <li>
      <svg class="picture" width="28" height="18" aria-hidden="true">
        <rect
          class={`bar ${classes}`}
          x="1"
          y="1"
          width="26"
          height="16"
          {...(classes === 'gap' ? { fill: 'url(#hatch-legend)' } : {})}
        />
      </svg>{' '}
      {words}
    </li>
  );
  return (
    <>
      <svg class="picture" width="0" height="0" aria-hidden="true">
        <Hatch id="hatch-legend" />
      </svg>
      <ul class="legend">
        {swatch('tone-0', 'a shift')}
        {swatch('mine', 'yours')}
        {swatch('tone-0 stands-in', '⇄ somebody stands in')}
        {swatch('gap', 'nobody')}
      </ul>
    </>
  );
}
