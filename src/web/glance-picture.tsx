/**
 * Owns the picture of a rehearsal at a glance: a lane for each person, a mark for each message.
 * Time runs to the right, and is the more compressed the later it is.
 */
import type { AgendaLine } from '../contracts/rehearse-page';
import { isMessage, lanesOf, momentsOf, plus, type Lane } from './agenda-moments';

const [headHeight, laneHeight] = [34, 36];
const mostLanes = 10;
/** Room at both ends for half a mark, in percent. */
const edge = 3;
/** As far apart labels of the axis stand at least, in percent: on a phone, 45 px. */
const labelApart = 14;
const minuteMs = 60_000;

export function GlancePicture({ agenda }: { readonly agenda: readonly AgendaLine[] }) {
  const lanes = lanesOf(agenda);
  if (lanes.length === 0) return null;
  const shown = lanes.slice(0, mostLanes);
  const xOf = scaleOf(agenda);
  const height = headHeight + shown.length * laneHeight + 4;
  return (
    <figure>
      <svg class="picture glance" role="img" width="100%" height={height} aria-labelledby="glance">
        <title id="glance">
          {`Who is told when: ${shown.length} people from top to bottom, time to the right. The agenda below says the same.`}
        </title>
        <Axis agenda={agenda} xOf={xOf} height={height} />
        {shown.map((lane, index) => (
          <PersonLane key={lane.person} lane={lane} xOf={xOf} top={headHeight + index * laneHeight} />
        ))}
      </svg>
      <figcaption class="quiet">
        {lanes.length > shown.length && `${lanes.length - shown.length} more people are told. `}
        The first minutes have the most room: the later it is, the more time is compressed.
      </figcaption>
    </figure>
  );
}

type Scale = (after: number) => string;

/** Of a beginning in which nobody is told for long, in percent. */
const silentBeginning = 12;
const longBeginningMs = 30 * minuteMs;

/** The first minutes count most, so each hour has less room than the one before. */
function scaleOf(agenda: readonly AgendaLine[]): Scale {
  const first = agenda.find(isMessage)?.after ?? 0;
  const begins = first > longBeginningMs ? first : 0;
  const left = begins === 0 ? edge : edge + silentBeginning;
  const compressed = (after: number) => Math.log2(1 + (after - begins) / minuteMs);
  const all = compressed(agenda.at(-1)?.after ?? begins) || 1;
  return (after) =>
    `${(after < begins ? edge + (after / begins) * silentBeginning : left + (compressed(after) / all) * (100 - left - edge)).toFixed(2)}%`;
}

interface Drawn {
  readonly agenda: readonly AgendaLine[];
  readonly xOf: Scale;
  readonly height: number;
}

/** When something happens, and the deadlines that are missed or met. */
function Axis({ agenda, xOf, height }: Drawn) {
  let last = -labelApart;
  const moments = momentsOf(agenda);
  return (
    <>
      <line class="axis" x1="0" x2="100%" y1={headHeight - 8} y2={headHeight - 8} />
      {moments.map(({ after, lines }) => {
        const x = parseFloat(xOf(after));
        const isLabelled = x - last >= labelApart && x <= 90;
        if (isLabelled) last = x;
        const isMissed = lines.some(({ type }) => type === 'missed');
        const isMet = lines.some(({ type }) => type === 'met');
        return (
          <g key={after}>
            <line class="axis" x1={xOf(after)} x2={xOf(after)} y1={headHeight - 12} y2={headHeight - 8} />
            {(isMissed || isMet) && (
              <line
                class={isMissed ? 'missed-line' : 'met-line'}
                x1={xOf(after)}
                x2={xOf(after)}
                y1={headHeight - 8}
                y2={height}
              />
            )}
            {isLabelled && (
              <text class="small" x={xOf(after)} dx="-6" y="16">
                {plus(after)}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}

function PersonLane({ lane, xOf, top }: { readonly lane: Lane; readonly xOf: Scale; readonly top: number }) {
  const y = top + 24;
  const [first] = lane.marks;
  return (
    <>
      <text class="small strong" x="0" y={top + 12}>
        {lane.name}
      </text>
      <line class="lane" x1={xOf(first?.after ?? 0)} x2="100%" y1={y} y2={y} />
      {lane.marks.map(({ after, kind }, index) => (
        <svg key={index} class="mark" x={xOf(after)} y={y} overflow="visible">
          <LaneMark kind={kind} />
        </svg>
      ))}
    </>
  );
}

function LaneMark({ kind }: Pick<Lane['marks'][number], 'kind'>) {
  switch (kind) {
    case 'page':
      return <circle class="full" r="5" />;
    case 'remind':
      return <circle class="hollow" r="4.5" />;
    case 'failed':
      return <path class="alarm" d="M-5-5L5 5M5-5L-5 5" />;
    case 'acts':
      return <path class="acts" d="M-7-7H7V7H-7ZM-4 0L-1 3L4-4" />;
  }
}

/** What the marks mean, in words. */
export function GlanceLegend() {
  const kinds = [
    ['page', 'page'],
    ['remind', 'reminder'],
    ['acts', 'answers'],
    ['failed', 'not reached'],
  ] as const;
  return (
    <ul class="legend">
      {kinds.map(([kind, words]) => (
        <li key={kind}>
          <svg class="picture" width="18" height="18" aria-hidden="true">
            <svg class="mark" x="9" y="9" overflow="visible">
              <LaneMark kind={kind} />
            </svg>
          </svg>{' '}
          {words}
        </li>
      ))}
      <li>
        <svg class="picture" width="18" height="18" aria-hidden="true">
          <line class="missed-line" x1="9" x2="9" y1="0" y2="18" />
        </svg>{' '}
        a deadline is missed
      </li>
    </ul>
  );
}
