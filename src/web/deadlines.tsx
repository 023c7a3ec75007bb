/** Owns how a page shows a deadline: when it is due, who was told and by which way, who is next. */
import type { DeadlineView, Recipient } from '../contracts/deadline-view';
import { useClock } from './around';
import { FromNow, Sentence, Time, type Clock } from './times';

type Told = DeadlineView['told'][number];
/** A storm may have told a hundred. */
const mostNamed = 12;

/** `Response: due 18:59 (16:59 UTC), in 4 min`; or that it is missed, and since when. */
export function Due({ deadline, clock }: { readonly deadline: DeadlineView; readonly clock: Clock }) {
  const { name, dueAt, status } = deadline;
  const isPast = Date.parse(dueAt) <= Date.parse(useClock(clock).at);
  return (
    <span class={status === 'missed' ? 'missed' : undefined}>
      {name.charAt(0).toUpperCase() + name.slice(1)}:{' '}
      {status === 'missed' ? 'MISSED, was due ' : isPast ? 'was due ' : 'due '}
      <Time of={dueAt} clock={clock} />, <FromNow of={dueAt} clock={clock} />
    </span>
  );
}

/** Each deadline with who was told, and who is told next. */
export function DueList({ deadlines, clock }: { readonly deadlines: readonly DeadlineView[]; readonly clock: Clock }) {
  return (
    <ul>
      {deadlines.map((deadline) => (
        <li key={deadline.id}>
          <Due deadline={deadline} clock={clock} />. <NextTold deadline={deadline} clock={clock} />
          <ToldList told={deadline.told} clock={clock} />
        </li>
      ))}
    </ul>
  );
}

/** Who is told next, and when. */
export function NextTold({ deadline: { next }, clock }: { readonly deadline: DeadlineView; readonly clock: Clock }) {
  if (next === null) return <span>Nobody else is told.</span>;
  return (
    <span>
      Next at <Time of={next.at} clock={clock} />: {namesOf(next.recipients)}
    </span>
  );
}

/** People by name; that there is nobody is said as well. */
export function namesOf(people: readonly Recipient[]): string {
  const named = people.slice(0, mostNamed).map(({ name }) => name);
  const more = people.length - named.length;
  return people.length === 0 ? 'nobody' : `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Each person who was told, whether the message reached its channel, and by which. */
export function ToldList({ told, clock }: { readonly told: readonly Told[]; readonly clock: Clock }) {
  if (told.length === 0) return null;
  const rest = told.slice(mostNamed);
  return (
    <ul class="told">
      {told.slice(0, mostNamed).map((one) => (
        <li key={`${one.person}/${one.channel}`}>
          <ToldOne one={one} clock={clock} />
        </li>
      ))}
      {rest.length > 0 && (
        <li>
          and {rest.length} more, {rest.filter(({ failed }) => failed !== undefined).length} of them not reached
        </li>
      )}
    </ul>
  );
}

function ToldOne({ one, clock }: { readonly one: Told; readonly clock: Clock }) {
  return (
    <>
      <strong>{one.name}</strong> {standingOf(one)} by {one.channel} at <Time of={one.at} clock={clock} />
      {one.failed !== undefined && (
        <>
          : <Sentence text={one.failed} clock={clock} />
        </>
      )}
    </>
  );
}

function standingOf({ failed, underWay, kind }: Told): string {
  if (failed !== undefined) return 'NOT reached';
  if (underWay) return 'is being told';
  return kind === 'page' ? 'paged' : 'reminded';
}
