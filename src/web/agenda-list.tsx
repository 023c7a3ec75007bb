/**
 * Owns the agenda of a rehearsal as a list down a rail: each moment, what happens then, and the
 * silences between, drawn the longer the less each minute takes.
 */
import { Fragment, type ComponentChildren } from 'preact';
import type { AgendaLine } from '../contracts/rehearse-page';
import { isRepeat, momentsOf, plus, type Moment } from './agenda-moments';
import { namesOf } from './deadlines';
import { DayTime } from './day-words';
import { msWords, Sentence, type Clock } from './times';

const minuteMs = 60_000;

export function Agenda({ agenda, clock }: { readonly agenda: readonly AgendaLine[]; readonly clock: Clock }) {
  const moments = momentsOf(agenda);
  return (
    <ol class="agenda">
      {moments.map((moment, index) => {
        const silence = moment.after - (moments[index - 1]?.after ?? 0);
        return (
          <Fragment key={moment.after}>
            {silence >= minuteMs && <Silence ms={silence} />}
            <At moment={moment} clock={clock} />
          </Fragment>
        );
      })}
    </ol>
  );
}

/** A minute has 14 px, an hour 70, a day 120. */
function Silence({ ms }: { readonly ms: number }) {
  const height = Math.round(Math.min(140, 4 + 11 * Math.log2(1 + ms / minuteMs)));
  return (
    <li class="silence">
      <svg class="picture" width="28" height={height} aria-hidden="true">
        <line class="pause" x1="14" x2="14" y1="2" y2={height - 2} />
        {ms >= 30 * minuteMs && <path class="break" d={`M5 ${height / 2 + 4}l6-8 6 8 6-8`} />}
      </svg>
      <span>{msWords(ms)}</span>
    </li>
  );
}

function At({ moment: { at, after, lines }, clock }: { readonly moment: Moment; readonly clock: Clock }) {
  return (
    <li class="moment">
      <h4>
        {plus(after)}{' '}
        <span class="quiet">
          <DayTime of={at} clock={clock} />
        </span>
      </h4>
      <ul>
        {lines.map((line, index) => (
          <Item key={index} line={line} clock={clock} />
        ))}
      </ul>
    </li>
  );
}

const words: Readonly<Record<AgendaLine['type'], string>> = {
  page: 'Page',
  remind: 'Reminder',
  announce: 'Announced',
  nobody: 'Nobody',
  missed: 'Missed',
  met: 'Met',
  exhausted: 'Ladder at its end',
  command: 'Answer',
  refused: 'Refused',
  warned: 'Warned',
  absent: 'Muster is absent',
  back: 'Muster is back',
  held: 'Held',
  ended: 'End',
};

function Item({ line, clock }: { readonly line: AgendaLine; readonly clock: Clock }) {
  const { type } = line;
  return (
    <li class={`item ${type}${isRepeat(line) ? ' again' : ''}`}>
      <svg class="picture" width="28" height="28" aria-hidden="true">
        <g transform="translate(14 14)">
          <AgendaMark type={type} />
        </g>
      </svg>
      <div>
        <strong class="kind">{isRepeat(line) ? `${words[type]} again` : words[type]}</strong>{' '}
        <Said line={line} clock={clock} />
      </div>
    </li>
  );
}

function Said({ line, clock }: { readonly line: AgendaLine; readonly clock: Clock }): ComponentChildren {
  const { type, about, late, text, recipients } = line;
  switch (type) {
    case 'page':
    case 'remind':
      return (
        <>
          <Why line={line} clock={clock} />
          {isRepeat(line) ? <p class="quiet">{namesOf(recipients)}</p> : <Chips line={line} />}
        </>
      );
    case 'announce':
      return (
        <span class="quiet">
          {text} to {recipients.map(({ name }) => name).join(', ')}
        </span>
      );
    case 'missed':
      return <>{about.join(', ')}</>;
    case 'met':
      return (
        <>
          {about.join(', ')}, {late > 0 ? `${msWords(late)} late` : 'in time'}
        </>
      );
    case 'command':
      return (
        <>
          {line.by}: <Sentence text={text} clock={clock} />
        </>
      );
    case 'ended':
      return <>the incident is {text}</>;
    case 'nobody':
    case 'exhausted':
    case 'refused':
    case 'warned':
    case 'absent':
    case 'back':
    case 'held':
      return <Sentence text={text} clock={clock} />;
  }
}

/** Which deadline a message is about, how long there is still time, and by which rung it comes. */
function Why({ line, clock }: { readonly line: AgendaLine; readonly clock: Clock }) {
  const { at, deadlines, about, text, rung, because } = line;
  const due = deadlines.map(({ dueAt }, index) => `${about[index] ?? ''}, ${dueWords(dueAt, at)}`);
  return (
    <>
      {due.length > 0 ? due.join('; ') : <Sentence text={text} clock={clock} />}
      {rung !== undefined && <span class="tag">rung {rung}</span>}
      {because === 'fallthrough' && <span class="tag">the rung before reached nobody</span>}
    </>
  );
}

function dueWords(dueAt: string, at: string): string {
  const ms = Date.parse(dueAt) - Date.parse(at);
  if (ms === 0) return 'due now';
  return ms > 0 ? `due in ${msWords(ms)}` : `overdue by ${msWords(-ms)}`;
}

function Chips({ line: { recipients } }: { readonly line: AgendaLine }) {
  return (
    <ul class="chips">
      {recipients.map(({ person, name, as, channel, failed }) => (
        <li key={person} class={channel === undefined ? 'failed' : undefined}>
          {name}
          <small>
            {as !== undefined && `${as} · `}
            {channel === undefined ? 'NOT REACHED' : `by ${channel}`}
            {failed.map((one) => `, ${one.channel} failed: ${one.because}`).join('')}
          </small>
        </li>
      ))}
    </ul>
  );
}

/** A mark for each kind, which differs in its form and not by its colour alone. */
function AgendaMark({ type }: Pick<AgendaLine, 'type'>) {
  switch (type) {
    case 'page':
      return <path class="full" d="M0-9a6 6 0 0 1 6 6v4l3 4H-9l3-4v-4a6 6 0 0 1 6-6ZM-2.5 7h5a2.5 2.5 0 0 1-5 0Z" />;
    case 'remind':
      return <circle class="hollow" r="7" />;
    case 'announce':
      return <path class="hollow" d="M-7-3l11-5v14l-11-5Z" />;
    case 'nobody':
      return <path class="alarm-full" d="M0-11L11 0 0 11-11 0Z" />;
    case 'missed':
      return <path class="alarm" d="M-7-7L7 7M7-7L-7 7" />;
    case 'met':
    case 'back':
      return <path class="stroke" d="M-8 0L-2 6 8-7" />;
    case 'exhausted':
      return <path class="alarm" d="M-9 7H9M-5 7V-8M5 7V-8M-5-3H5M-5 2H5" />;
    case 'command':
      return <path class="full" d="M0-9a4 4 0 0 1 0 8 4 4 0 0 1 0-8ZM-8 9a8 8 0 0 1 16 0Z" />;
    case 'refused':
    case 'warned':
    case 'absent':
      return <path class="alarm" d="M0-9L10 8H-10ZM0-3V3M0 5v1" />;
    case 'held':
    case 'ended':
      return <path class="full" d="M-6-6H6V6H-6Z" />;
  }
}
