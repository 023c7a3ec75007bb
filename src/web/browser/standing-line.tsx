/** Owns the line that says whether the page is kept up to date, and since when it is not. */
import { LastUpdated, type Clock } from '../times';
import type { Standing } from './following';

interface Shown {
  readonly standing: Standing;
  /** When the server was last heard. */
  readonly clock: Clock;
  /** How often a request of the reader was sent without an answer. */
  readonly unanswered: number;
}

export function StandingLine({ standing, clock, unanswered }: Shown) {
  // A page that is not followed is as old as it says, and misses nothing.
  const isAsItShouldBe = (standing === 'live' || standing === 'still') && unanswered === 0;
  return (
    <p class={isAsItShouldBe ? 'standing' : 'standing stale'} role="status">
      {unanswered > 0 && `No answer yet, sent ${unanswered === 1 ? 'once' : `${unanswered} times`}: sending again. `}
      <StandingWords standing={standing} clock={clock} />
    </p>
  );
}

// The clock of a live page is not spoken: it would interrupt a screen reader each ten seconds.
function StandingWords({ standing, clock }: Pick<Shown, 'standing' | 'clock'>) {
  const heard = <LastUpdated clock={clock} />;
  if (typeof standing === 'object')
    return (
      <>
        No longer kept up to date: {standing.over}. This is of {heard}.
      </>
    );
  switch (standing) {
    case 'still':
      return <>Of {heard}</>;
    case 'live':
      return (
        <>
          Live<span aria-hidden="true">, heard at {heard}</span>
        </>
      );
    case 'reconnecting':
      return <>Reconnecting: what you see is of {heard}.</>;
  }
}
