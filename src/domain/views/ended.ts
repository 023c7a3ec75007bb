/**
 * Owns what is left of the view of a process that was ended in Temporal, by no command (R44): the
 * facts as they stood, and no promise, because nothing fires any more. Pure; knows no Temporal.
 */
import { given } from '../../given';
import { isUnmet } from '../deadlines/due';
import { cut } from '../alerts/mapping';
import { oneLine } from '../text/one-line';
import { awaitsAnswer, type EndedFacts, type ProcessFacts } from './view';

const longestReason = 300;

/**
 * The facts of a process that was ended, as they stood then: every unmet deadline is cancelled, no
 * rung is to come, nobody is asked, and no window opens.
 */
export function withoutPromises(
  facts: ProcessFacts,
  { how, at, reason }: Omit<EndedFacts, 'unanswered'>,
): ProcessFacts {
  const { handOff: _handOff, drillEndsAt: _drillEndsAt, ...others } = facts;
  const said = cut(oneLine(reason ?? ''), longestReason);
  return {
    ...others,
    ended: {
      ...{ how, at },
      ...given({
        reason: said === '' ? undefined : said,
        unanswered: awaitsAnswer(facts) ? (true as const) : undefined,
      }),
    },
    deadlines: facts.deadlines.map((deadline) => cancelled(deadline, at)),
    nextUpdateDueAt: null,
    phases: facts.phases.map((phase) => withoutWindow(phase, at)),
    gates: facts.gates.map(({ notBefore, ...gate }) => ({
      ...gate,
      ...given({ notBefore: notBefore !== undefined && notBefore > at ? undefined : notBefore }),
    })),
    followers: facts.followers.map((follower) =>
      follower.status === 'waiting' ? { ...follower, status: 'failed' as const, because: nothingMore } : follower,
    ),
  };
}

const nothingMore = 'the process was ended in Temporal';

type DeadlineFacts = ProcessFacts['deadlines'][number];
function cancelled(deadline: DeadlineFacts, at: string): DeadlineFacts {
  const { snoozedUntil: _snoozed, rests: _rests, ...standing } = deadline;
  const past = {
    ...standing,
    next: null,
    told: deadline.told.map(({ underWay, ...told }) =>
      underWay === undefined ? told : { ...told, failed: nothingMore },
    ),
    // Of a rung whose people were still to be looked up, nobody was told.
    rungs: deadline.rungs.filter(({ fired }) => fired).map((rung) => ({ ...rung, to: [] })),
  };
  if (!isUnmet(deadline)) return past;
  // It may have passed while nothing ran, and then it was missed (T3).
  const missedAt = deadline.missedAt ?? (deadline.dueAt <= at ? deadline.dueAt : undefined);
  return { ...past, status: 'cancelled', cancelledAt: at, ...given({ missedAt }) };
}

type PhaseFacts = ProcessFacts['phases'][number];
function withoutWindow(phase: PhaseFacts, at: string): PhaseFacts {
  if (phase.status === 'completed' || phase.status === 'not-applicable') return phase;
  const { opensAt, dueAt, opensWhen: _opens, dueWhen: _due, ...rest } = phase;
  const isPast = (instant: string | undefined) => (instant !== undefined && instant <= at ? instant : undefined);
  return { ...rest, ...given({ opensAt: isPast(opensAt), dueAt: isPast(dueAt) }) };
}
