/**
 * Owns what-if on a page: what happened beside what the policy of today would do, moment by moment.
 * In two columns where there is room, else one under the other within each moment.
 */
import { changeWords } from '../contracts/change-words';
import type { ComparedMoment, ShownWhatIf, ToldThen } from '../contracts/rehearse-page';
import { plus } from './agenda-moments';
import { DayTime } from './day-words';
import { ProcessLink } from './links';
import { msWords, Sentence, type Clock } from './times';

interface Shown {
  readonly whatIf: ShownWhatIf;
  readonly clock: Clock;
}

export function Compared({ whatIf, clock }: Shown) {
  const { id, severity, title, beganAt, changes, moments, later } = whatIf;
  return (
    <section aria-labelledby="compared" class="compared">
      <h2 id="compared">
        {severity} {title}
      </h2>
      <p class="quiet">
        <ProcessLink id={id} />, declared <DayTime of={beganAt} clock={clock} />
      </p>
      <Conditions whatIf={whatIf} clock={clock} />
      <h3>What differs</h3>
      {changes.length === 0 ? (
        <p>Nobody would have been told anything else.</p>
      ) : (
        <ul class="changes">
          {changes.map((change) => (
            <li key={`${change.person}/${change.deadline}`}>
              <span class="tag">{change.change}</span> <strong>{change.name}</strong>, {change.deadline}:{' '}
              {changeWords(change, msWords)}
            </li>
          ))}
        </ul>
      )}
      <h3>Side by side</h3>
      <div class="sides heads">
        <Side words="What happened" of={whatIf.was} />
        <Side words="The policy of today" of={whatIf.would} />
      </div>
      <ol class="moments">
        {moments.map((moment) => (
          <Moment key={moment.after} moment={moment} clock={clock} />
        ))}
      </ol>
      {later > 0 && <p class="quiet">and {later} later moments</p>}
    </section>
  );
}

function Side({ words, of: { template, pages } }: { readonly words: string; readonly of: ShownWhatIf['was'] }) {
  return (
    <p>
      <strong>{words}</strong>
      <br />
      <span class="quiet">
        {template.name} {template.version}, {pages} {pages === 1 ? 'page' : 'pages'}
      </span>
    </p>
  );
}

/** What of the comparison is not as it was. */
function Conditions({ whatIf, clock }: Shown) {
  const { open, until, absences, undelivered, slowMs, refused, was, would, changes } = whatIf;
  const isSame = was.template.hash === would.template.hash;
  return (
    <ul class="conditions">
      {open && (
        <li>
          It is still open: both sides are looked at until <DayTime of={until} clock={clock} />.
        </li>
      )}
      {absences.map(({ from, to }) => (
        <li key={from}>
          Muster was absent from about <DayTime of={from} clock={clock} /> to <DayTime of={to} clock={clock} />; it is
          here too.
        </li>
      ))}
      {undelivered > 0 && (
        <li>
          {undelivered} {undelivered === 1 ? 'message' : 'messages'} failed over a channel; a channel that failed for
          somebody does here too.
        </li>
      )}
      {slowMs !== undefined && <li>Messages took up to {msWords(slowMs)} to arrive; here they take no time.</li>}
      {isSame && changes.length > 0 && (
        <li>
          The policy is the same, so this does not come of it: who was on call, how people are reached and the calendar
          are those of today.
        </li>
      )}
      {refused.map((text) => (
        <li key={text} class="missed">
          Refused today: <Sentence text={text} clock={clock} />
        </li>
      ))}
    </ul>
  );
}

function Moment({
  moment: { after, did, was, would },
  clock,
}: {
  readonly moment: ComparedMoment;
  readonly clock: Clock;
}) {
  const isSame = JSON.stringify(sorted(was)) === JSON.stringify(sorted(would));
  return (
    <li>
      <h4>{plus(after)}</h4>
      <div>
        {did.map(({ name, text }, index) => (
          <p key={index} class="did">
            <strong>{name}</strong>: <Sentence text={text} clock={clock} />
          </p>
        ))}
        {was.length + would.length > 0 && (
          <div class={isSame ? 'sides same' : 'sides'}>
            {isSame ? (
              <Told words="The same on both sides" told={was} />
            ) : (
              <>
                <Told words="What happened" told={was} />
                <Told words="The policy of today" told={would} />
              </>
            )}
          </div>
        )}
      </div>
    </li>
  );
}

function sorted(told: readonly ToldThen[]): string[] {
  return told.map((one) => JSON.stringify(one)).sort();
}

function Told({ words, told }: { readonly words: string; readonly told: readonly ToldThen[] }) {
  const messages = [
    ...new Set(
      told.map(({ kind, about }) => `${kind === 'page' ? 'Page' : 'Reminder'} · ${about.join(', ') || 'news'}`),
    ),
  ];
  return (
    <div class={told.length === 0 ? 'told-then none' : 'told-then'}>
      <small class="side">{words}</small>
      {told.length === 0 && <p class="quiet">nobody is told</p>}
      {messages.map((message) => (
        <p key={message}>
          <strong>{message}</strong>
          <br />
          {told
            .filter(
              ({ kind, about }) =>
                `${kind === 'page' ? 'Page' : 'Reminder'} · ${about.join(', ') || 'news'}` === message,
            )
            .map(({ name }) => name)
            .join(', ')}
        </p>
      ))}
    </div>
  );
}
