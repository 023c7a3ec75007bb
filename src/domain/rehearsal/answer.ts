/**
 * Owns what a reader gets of a rehearsal: its agenda, how the process stands at the end, and the
 * timeline. Plain JSON, instants in RFC 3339.
 */
import { levelNamed, levelsOf, usualLevel } from '../state/severity';
import { nameOf } from '../state/actor';
import { agendaOf } from './agenda';
import { earliestFirst } from '../deadlines/due';
import { rehearse, type Rehearsal, type Script } from './rehearsal';
import { standingOf } from '../views/view';
import { timelineOf } from '../views/timeline';
import { iso } from '../time/instants';
import { given } from '../../given';

/** Runs `script` and answers what happened. */
export function rehearsalAnswer(script: Script) {
  return answerOf(script, rehearse(script));
}

/** The answer for `rehearsal`, which is a run of `script`. */
export function answerOf({ directory, away, input }: Script, rehearsal: Rehearsal) {
  const { state } = rehearsal.run;
  const { lines, ...summary } = agendaOf(rehearsal, (person) => nameOf(person, directory.people), away);
  const targetAt = 'targetAt' in input.body ? iso(Date.parse(input.body.targetAt)) : undefined;
  return {
    kind: state.kind,
    title: state.title,
    severity: levelNamed(levelsOf(input.policy), input.body.severity ?? usualLevel(input.policy))!,
    services: [...state.services],
    template: { ...state.policy.template },
    zone: state.policy.calendar.zone,
    at: iso(state.beganAt),
    ...given({ targetAt }),
    ...summary,
    agenda: lines,
    deadlines: Object.values(state.deadlines)
      .sort(earliestFirst)
      .map((deadline) => standingOf(state, deadline)),
    timeline: timelineOf(state),
  };
}
