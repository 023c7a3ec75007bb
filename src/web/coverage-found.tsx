/**
 * Owns how coverage is shown: whether everybody is reached in the days ahead, each finding with its
 * stretches drawn on a line of these days.
 */
import { dayStart } from '../contracts/clock-time';
import type { CoverageItem, CoverageView, CoverageWhere } from '../contracts/coverage-view';
import { DayTime, dayIn, useZone } from './day-words';
import { Hatch } from './rota-picture';
import { msWords, Sentence, type Clock } from './times';

/** How many stretches and places are written out; the picture has them all. */
const mostWritten = 3;

interface Shown {
  readonly coverage: CoverageView;
  readonly clock: Clock;
}

export function CoverageFound({ coverage, clock }: Shown) {
  const { errors, notes, items, days, services, severities, templates } = coverage;
  return (
    <section aria-labelledby="covered">
      <h2 id="covered" class={errors > 0 ? 'missed' : undefined}>
        {errors === 0
          ? 'Every page reaches somebody, and in time'
          : `${errors} ${errors === 1 ? 'fault' : 'faults'} in the next ${days} days`}
      </h2>
      <p class="quiet">
        {days} days, {services.length} {services.length === 1 ? 'service' : 'services'}, {severities.join(' ')},{' '}
        {templates.join(', ')}.{notes > 0 && ` ${notes} ${notes === 1 ? 'note' : 'notes'}.`}
      </p>
      <ol class="findings">
        {items.map((item, index) => (
          <li key={index} class={item.level}>
            <Finding item={item} index={index} coverage={coverage} clock={clock} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Finding({ item, index, coverage, clock }: Shown & { readonly item: CoverageItem; readonly index: number }) {
  const { kind, level, allowed, what, change, where, times } = item;
  const all = times.reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0);
  const isAlways = all >= Date.parse(coverage.to) - Date.parse(coverage.from);
  return (
    <article>
      <p>
        <span class={level === 'error' ? 'tag grave' : 'tag'}>
          {level === 'error' ? 'Fault' : allowed ? 'Allowed' : 'Note'}
        </span>{' '}
        <strong>
          <Sentence text={capital(what)} clock={clock} />
        </strong>
      </p>
      <DaysLine item={item} index={index} coverage={coverage} clock={clock} />
      <p class="when">
        {isAlways ? (
          'All the time'
        ) : (
          <>
            {times.slice(0, mostWritten).map(({ from, to }, at) => (
              <span key={from}>
                {at > 0 && '; '}
                <DayTime of={from} clock={clock} /> to <DayTime of={to} clock={clock} />
              </span>
            ))}
            {times.length > mostWritten && `; and ${times.length - mostWritten} more, ${msWords(all)} in all`}
          </>
        )}
      </p>
      {where.length > 0 && (
        <ul class="quiet">
          {where.slice(0, mostWritten).map((one, at) => (
            <li key={at}>{placeOf(one, coverage)}</li>
          ))}
          {where.length > mostWritten && <li>and {where.length - mostWritten} more ladders</li>}
        </ul>
      )}
      <p>
        To change it: <Sentence text={change} clock={clock} />
      </p>
      <p class="quiet">{kind}</p>
    </article>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The days as a line, with the stretches of one finding on it. */
function DaysLine({ item, index, coverage, clock }: Shown & { readonly item: CoverageItem; readonly index: number }) {
  const zone = useZone(clock);
  const [from, to] = [Date.parse(coverage.from), Date.parse(coverage.to)];
  const at = (instant: number) => `${(((instant - from) / (to - from)) * 100).toFixed(3)}%`;
  const days = Array.from({ length: coverage.days }, (_, day) => dayStart(zone, from, day + 1)).filter(
    (day) => day < to,
  );
  const isLate = (day: number) => (day - from) / (to - from) > 0.9;
  const [hatch, title] = [`finding-hatch-${index}`, `finding-${index}`];
  return (
    <svg class="picture days" role="img" width="100%" height="48" aria-labelledby={title}>
      <title id={title}>
        {`When in the ${coverage.days} days: ${item.times.length === 1 ? 'one stretch' : `${item.times.length} stretches`}, as written below.`}
      </title>
      <Hatch id={hatch} />
      <rect class="bed" x="0" y="4" width="100%" height="20" />
      {days.map((day) => {
        const { weekday, number, month } = dayIn(zone, day);
        const [isMonth, isWeek] = [number === 1, weekday === 'Mon'];
        if (!isMonth && !isWeek) return null;
        return (
          <g key={day}>
            <line
              class={isMonth ? 'week' : 'day'}
              x1={at(day)}
              x2={at(day)}
              y1={isMonth ? 0 : 20}
              y2={isMonth ? 34 : 28}
            />
            {isMonth && (
              <text
                class="small"
                x={at(day)}
                dx={isLate(day) ? -4 : 4}
                y="42"
                text-anchor={isLate(day) ? 'end' : 'start'}
              >
                {month}
              </text>
            )}
          </g>
        );
      })}
      {item.times.map((time) => (
        <rect
          key={time.from}
          class={item.level === 'error' ? 'bar gap' : 'bar noted'}
          {...(item.level === 'error' ? { fill: `url(#${hatch})` } : {})}
          x={at(Date.parse(time.from))}
          width={`${Math.max(0.3, ((Date.parse(time.to) - Date.parse(time.from)) / (to - from)) * 100).toFixed(3)}%`}
          y="4"
          height="20"
        />
      ))}
      <text class="small" x="0" y="42">
        {dayIn(zone, from).month}
      </text>
    </svg>
  );
}

function placeOf(
  { process, template, ladder, rungs, severities, services }: CoverageWhere,
  { services: all }: CoverageView,
): string {
  const named = services.flatMap((service) => service ?? []);
  const about =
    named.length > 1 && named.length === all.length
      ? 'every service'
      : [...named, ...(services.includes(null) ? ['no service named'] : [])].join(', ');
  const which = rungs.length === 0 ? '' : `, ${rungs.length === 1 ? 'rung' : 'rungs'} ${rungs.join(', ')}`;
  const of = template === undefined ? '' : ` of ${template}`;
  return `${process} ${ladder}${of}${which}: ${severities.join(' ')}, ${about}`;
}
