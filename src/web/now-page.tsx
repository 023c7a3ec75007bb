/** Owns the page Now: what is open, who has it, what is due next, and what waits for the reader. */
import type { NowPage, OpenRow } from '../contracts/page-view';
import type { InboxRow } from '../contracts/view';
import { Declare } from './declare-form';
import { Due, namesOf, NextTold } from './deadlines';
import { ProcessLink, Way } from './links';
import { Age, Sentence, Time, type Clock } from './times';

/** Where nobody signs in, all who are on call are shown, so a large team is cut. */
const mostOnCall = 6;

export function Now({ page }: { readonly page: NowPage }) {
  const { incidents, releases, areMore, unanswered, messages, reader } = page;
  const waiting = incidents.filter(({ waitsForReader }) => waitsForReader);
  const others = incidents.filter(({ waitsForReader }) => !waitsForReader);
  return (
    <>
      <h1>Now</h1>
      {waiting.length > 0 && (
        <section aria-labelledby="waits">
          <h2 id="waits">Waits for your answer</h2>
          <Rows rows={waiting} page={page} />
        </section>
      )}
      <section aria-labelledby="incidents">
        <h2 id="incidents">{waiting.length > 0 ? 'Other open incidents' : 'Open incidents'}</h2>
        {others.length === 0 ? (
          <p>{waiting.length > 0 ? 'No other is open.' : 'None is open.'}</p>
        ) : (
          <Rows rows={others} page={page} />
        )}
      </section>
      <Declare page={page} />
      <OnCallNow page={page} />
      <DueFromReader page={page} />
      <section aria-labelledby="releases">
        <h2 id="releases">Open releases</h2>
        {releases.length === 0 ? <p>None is open.</p> : <Rows rows={releases} page={page} />}
      </section>
      {areMore && <p>More are open than this page shows: muster incident list and muster release list show all.</p>}
      {unanswered.length > 0 && <p class="missed">These did not answer in time: {unanswered.join(', ')}.</p>}
      <Messages messages={messages} isOwn={reader !== null} page={page} />
    </>
  );
}

/** Am I on call, and until when; who is, where nobody signs in. */
function OnCallNow({ page }: { readonly page: NowPage }) {
  const { onCall, reader } = page;
  const own = onCall?.filter(({ isReader }) => isReader) ?? [];
  const shown = reader === null ? (onCall ?? []).slice(0, mostOnCall) : own;
  return (
    <section aria-labelledby="on-call">
      <h2 id="on-call">On call</h2>
      {onCall === null && <p class="missed">Who is on call is not known now.</p>}
      {onCall !== null && reader !== null && own.length === 0 && <p>You are not on call.</p>}
      <ul>
        {shown.map(({ schedule, name, people, until, isReader }) => (
          <li key={schedule}>
            {isReader ? 'You are on call for ' : ''}
            {name}
            {!isReader && `: ${namesOf(people)}`}
            {until !== null && (
              <>
                {' '}
                until <Time of={until} clock={page} />
              </>
            )}
          </li>
        ))}
      </ul>
      <p>
        <Way to="on-call">All schedules, and the next weeks</Way>
      </p>
    </section>
  );
}

function DueFromReader({ page }: { readonly page: NowPage }) {
  const { dueFromReader } = page;
  if (dueFromReader.length === 0) return null;
  return (
    <section aria-labelledby="due">
      <h2 id="due">Due from you</h2>
      <ul>
        {dueFromReader.map((row) => (
          <li key={`${row.process.id}/${row.id}`}>
            <Due deadline={row} clock={page} /> <ProcessLink id={row.process.id}>{row.process.title}</ProcessLink>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface Shown {
  readonly page: Clock;
}

function Rows({ rows, page }: Shown & { readonly rows: readonly OpenRow[] }) {
  return (
    <ul class="rows">
      {rows.map((row) => (
        <li key={row.id}>
          <Row row={row} page={page} />
        </li>
      ))}
    </ul>
  );
}

function Row({ row, page }: Shown & { readonly row: OpenRow }) {
  const { id, title, severity, status, drill, hasIt, next } = row;
  const since = row.declaredAt ?? row.plannedAt;
  return (
    <article>
      <h3>
        <ProcessLink id={id}>
          <Level severity={severity} /> {drill && 'DRILL: '}
          {title}
        </ProcessLink>
      </h3>
      <p class="quiet">
        {id} · {status}
        {since !== undefined && (
          <>
            {' · '}
            <Age since={since} clock={page} />
          </>
        )}
        {row.services.length > 0 && ` · ${row.services.join(', ')}`}
      </p>
      <Trouble row={row} />
      {hasIt === null && row.kind === 'incident' && <p class="missed">Nobody has it.</p>}
      {hasIt && (
        <p>
          <strong>{hasIt.name}</strong> has it.
        </p>
      )}
      {next && (
        <p>
          <Due deadline={next} clock={page} />. <NextTold deadline={next} clock={page} />
        </p>
      )}
      {next === undefined && row.nextDueAt !== null && (
        <p class={row.missed ? 'missed' : undefined}>
          {row.missed ? 'A deadline is MISSED, was due ' : 'The next deadline is due '}
          <Time of={row.nextDueAt} clock={page} />.
        </p>
      )}
    </article>
  );
}

function Trouble({ row: { ended, standsStill } }: { readonly row: OpenRow }) {
  if (ended !== undefined)
    return <p class="missed">It was ended in Temporal ({ended}): nothing more is sent for it.</p>;
  return standsStill ? <p class="missed">It stands still: nothing is sent for it until that is mended.</p> : null;
}

/** The level in a frame of its own, so that no colour has to say it. */
export function Level({ severity }: { readonly severity: string }) {
  return <span class="level">{severity}</span>;
}

function Messages({
  messages,
  isOwn,
  page,
}: Shown & { readonly messages: readonly InboxRow[] | null; readonly isOwn: boolean }) {
  return (
    <section aria-labelledby="inbox">
      <h2 id="inbox">{isOwn ? 'Your inbox' : 'The inbox'}</h2>
      {messages === null && <p class="missed">The inbox did not answer in time.</p>}
      {messages?.length === 0 && <p>No message.</p>}
      {messages !== null && messages.length > 0 && (
        <ul>
          {messages.map(({ key, at, kind, recipient, process, text }) => (
            <li key={key}>
              <Time of={at} clock={page} /> {kind}
              {!isOwn && ` to ${recipient}`}: <Sentence text={headlineOf(text)} clock={page} />{' '}
              <ProcessOf process={process} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

// A notice to those who keep Muster is about no process.
function ProcessOf({ process }: { readonly process: string }) {
  return /^(INC|REL)-/.test(process) ? <ProcessLink id={process} /> : null;
}

/** The first line says what happened; the rest stands on the page of the incident. */
function headlineOf(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
