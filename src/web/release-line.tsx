/**
 * Owns the line of a release: the windows of its phases over time, with now, the target, and the
 * times in which nobody works or nothing is deployed. A picture, and the same as text.
 */
import type { ClosedTime, ReleasePage, TimeLine } from '../contracts/page-view-release';
import type { PhaseView } from '../contracts/process-view';
import { clockIn } from '../contracts/clock-time';
import { useClock } from './around';
import { Fold } from './fields';
import { Time, type Clock } from './times';

const headPx = 22;
const rowPx = 34;
const footPx = 34;
/** Room at both ends, so that a mark at an end is seen whole. */
const edge = 2;

export function ReleaseLine({ page }: { readonly page: ReleasePage }) {
  const { line, release } = page;
  const phases = release.phases.filter(isDrawn);
  if (line === null) return null;
  const bottom = headPx + phases.length * rowPx;
  return (
    <section aria-labelledby="line">
      <h2 id="line">Windows</h2>
      <svg class="line" role="img" aria-labelledby="line-title" width="100%" height={bottom + footPx}>
        <title id="line-title">
          {`The windows of ${phases.length} phases from ${dateOf(line.from, page)} to ${dateOf(line.until, page)}, with now and the target. The list below says the same.`}
        </title>
        <Hatches />
        {line.closed.map((closed) => (
          <Band key={`${closed.why}/${closed.from}`} closed={closed} line={line} bottom={bottom} />
        ))}
        {phases.map((phase, index) => (
          <Row key={phase.id} phase={phase} line={line} top={headPx + index * rowPx} />
        ))}
        {release.targetAt !== undefined && (
          <Mark at={release.targetAt} line={line} words="target" bottom={bottom} look="target" />
        )}
        <NowMark page={page} line={line} bottom={bottom} />
        <text class="scale" x="0" y={bottom + 29}>
          {dateOf(line.from, page)}
        </text>
        <text class="scale" x="100%" y={bottom + 29} text-anchor="end">
          {dateOf(line.until, page)}
        </text>
      </svg>
      <p class="quiet">Grey: weekend. H: holiday. F: freeze.</p>
      <Fold words="The same as text">
        <AsText page={page} line={line} />
      </Fold>
    </section>
  );
}

interface Drawn {
  readonly line: TimeLine;
  readonly bottom: number;
}

function isDrawn({ status, opensAt, dueAt }: PhaseView): boolean {
  return status !== 'not-applicable' && (opensAt !== undefined || dueAt !== undefined);
}

// In percent of the width, so that text keeps its size on every screen.
function placeOf(at: string, { from, until }: TimeLine): number {
  const share = (Date.parse(at) - Date.parse(from)) / (Date.parse(until) - Date.parse(from));
  return edge + Math.min(1, Math.max(0, share)) * (100 - 2 * edge);
}
const percent = (place: number) => `${place.toFixed(2)}%`;

function dateOf(at: string, { zone }: Clock): string {
  return clockIn(zone, Date.parse(at)).date;
}

// Lines instead of colours; one hatch leans to the right, the other is crossed.
function Hatches() {
  return (
    <defs>
      <pattern id="line-holiday" class="hatch" width="6" height="6" patternUnits="userSpaceOnUse">
        <path d="M0 6 L6 0" />
      </pattern>
      <pattern id="line-freeze" class="hatch" width="6" height="6" patternUnits="userSpaceOnUse">
        <path d="M0 6 L6 0 M0 0 L6 6" />
      </pattern>
    </defs>
  );
}

const letters = { weekend: '', holiday: 'H', freeze: 'F' } as const;

function Band({ closed: { why, from, until }, line, bottom }: Drawn & { readonly closed: ClosedTime }) {
  const [start, end] = [placeOf(from, line), placeOf(until, line)];
  return (
    <>
      <rect
        class={`band ${why}`}
        fill={why === 'weekend' ? undefined : `url(#line-${why})`}
        x={percent(start)}
        width={percent(Math.max(0.4, end - start))}
        y={headPx}
        height={bottom - headPx}
      />
      <text class="scale" x={percent((start + end) / 2)} y={bottom + 12} text-anchor="middle">
        {letters[why]}
      </text>
    </>
  );
}

function Row({ phase, line, top }: Omit<Drawn, 'bottom'> & { readonly phase: PhaseView; readonly top: number }) {
  const { opensAt, dueAt, name } = phase;
  const start = placeOf(opensAt ?? dueAt!, line);
  const end = placeOf(dueAt ?? opensAt!, line);
  // Words begin where the bar does, unless they would leave the picture.
  const isLeft = start < 45;
  return (
    <>
      <text class="phase" x={percent(isLeft ? start : end)} y={top + 14} text-anchor={isLeft ? 'start' : 'end'}>
        {name}, {standingOf(phase)}
      </text>
      <rect
        class={`bar ${phase.late ? 'late' : phase.status}`}
        x={percent(start)}
        width={percent(Math.max(0.8, end - start))}
        y={top + 19}
        height="10"
        rx="2"
      />
    </>
  );
}

/** How the phase stands, in a word. */
export function standingOf({ status, late, over }: PhaseView): string {
  if (status === 'completed') return 'complete';
  if (status === 'not-applicable') return 'does not apply';
  if (late && over !== true) return 'LATE';
  return status === 'open' ? 'open' : 'not open yet';
}

function Mark({
  at,
  line,
  bottom,
  words,
  look,
}: Drawn & { readonly at: string; readonly words: string; readonly look: string }) {
  const place = placeOf(at, line);
  const anchor = place < 12 ? 'start' : place > 88 ? 'end' : 'middle';
  return (
    <>
      <line class={`mark ${look}`} x1={percent(place)} x2={percent(place)} y1={headPx - 6} y2={bottom} />
      <text class={`mark ${look}`} x={percent(place)} y="12" text-anchor={anchor}>
        {words}
      </text>
    </>
  );
}

function NowMark({ page, line, bottom }: Drawn & { readonly page: Clock }) {
  const { at } = useClock(page);
  const isWithin = line.from <= at && at <= line.until;
  return isWithin ? <Mark at={at} line={line} words="now" bottom={bottom} look="now" /> : null;
}

function AsText({ page, line }: { readonly page: ReleasePage; readonly line: TimeLine }) {
  const { phases, targetAt, deployedAt } = page.release;
  return (
    <ul>
      {phases.filter(isDrawn).map((phase) => (
        <li key={phase.id}>
          {phase.name}: {standingOf(phase)}
          {phase.opensAt !== undefined && (
            <>
              , opens <Time of={phase.opensAt} clock={page} />
            </>
          )}
          {phase.dueAt !== undefined && (
            <>
              , due <Time of={phase.dueAt} clock={page} />
            </>
          )}
        </li>
      ))}
      {targetAt !== undefined && (
        <li>
          Target: <Time of={targetAt} clock={page} />
        </li>
      )}
      {deployedAt !== undefined && (
        <li>
          Live since <Time of={deployedAt} clock={page} />
        </li>
      )}
      {line.closed.map((closed) => (
        <li key={`${closed.why}/${closed.from}`}>
          {closed.why}
          {closed.text !== undefined && ` (${closed.text})`}: <ClosedSpan closed={closed} page={page} />
        </li>
      ))}
    </ul>
  );
}

// Days are those of the calendar, whatever zone the reader chose.
function ClosedSpan({ closed: { from, until }, page }: { readonly closed: ClosedTime; readonly page: Clock }) {
  const [first, last] = [dateOf(from, page), dateOf(new Date(Date.parse(until) - 1).toISOString(), page)];
  const isOfDays = [from, until].every((at) => clockIn(page.zone, Date.parse(at)).time === '00:00');
  if (isOfDays) return <>{first === last ? first : `${first} to ${last}`}</>;
  return (
    <>
      <Time of={from} clock={page} /> to <Time of={until} clock={page} />
    </>
  );
}
